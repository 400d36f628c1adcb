import Logging
import Synchronization

/// How long the phases of a build take, for the log.
final class PhaseTimes: Sendable {
    private let phases = Mutex<[(name: String, duration: Duration)]>([])

    /// Does `work` and adds its time to `phase`.
    func measure<Value>(_ phase: String, _ work: () async throws(StoreError) -> Value) async throws(StoreError) -> Value {
        let began = ContinuousClock.now
        defer { add(.now - began, to: phase) }
        return try await work()
    }

    private func add(_ duration: Duration, to phase: String) {
        phases.withLock { phases in
            if let index = phases.firstIndex(where: { $0.name == phase }) {
                phases[index].duration += duration
            } else {
                phases.append((phase, duration))
            }
        }
    }

    /// Milliseconds by phase: `install-ms`.
    var metadata: Logger.Metadata {
        phases.withLock { phases in
            Dictionary(phases.map { ("\($0.name)-ms", "\(Int($0.duration / .milliseconds(1)))") }) { first, _ in first }
        }
    }
}
