extension Servers {
    /// How many servers there are in each state, by its name: starting, ready, stopping, failed.
    public var countsByState: [String: Int] {
        entries.withLock { entries in
            entries.values.reduce(into: [:]) { counts, entry in
                let name =
                    switch entry.life.state {
                    case .stopped: "stopped"
                    case .starting: "starting"
                    case .ready: "ready"
                    case .stopping: "stopping"
                    case .failed: "failed"
                    }
                counts[name, default: 0] += 1
            }
        }
    }
}
