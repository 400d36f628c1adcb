import LauncherProtocol

/// Which servers run, as a watch reports them.
struct RunningServers {
    private var servers: Set<ServerID> = []
    private var isSettled = false

    /// The accounts that have a server.
    var owners: Set<String> { Set(servers.map(\.owner)) }

    /// Takes a change; true where ``owners`` may be told to others, because it is complete.
    mutating func note(_ change: ServerChange) -> Bool {
        switch change {
        case .running(let record): servers.insert(record.id)
        case .exited(let id, _, _, _), .removed(let id): servers.remove(id)
        case .settled: isSettled = true
        }
        return isSettled
    }
}
