import Foundation
import Logging
import Synchronization
import UnixSockets

/// The audit log's one writer: appends events in the order in which they are noted.
///
/// Noting never waits: a thread of its own writes, and syncs all that came meanwhile at once.
///
/// ```swift
/// let audit = try AuditLog(path: "/var/lib/berth/gateway/audit.log", logger: logger)
/// audit.record(AuditEvent(.logout, who: "alice", from: "192.0.2.1"))
/// ```
public final class AuditLog: Sendable {
    private let file: AuditFile
    private let logger: Logger
    private let queue = DispatchQueue(label: "org.berth.audit")
    private let state = Mutex(State())

    private struct State {
        var waiting: [AuditEvent] = []
        /// Events that found no place.
        var lost = 0
        var isWriting = false
    }

    private enum Bound {
        /// Events kept while the disk takes none.
        static let waiting = 10_000
        static let retry = 5
    }

    /// Opens the log at `path`, or makes it, readable by this account alone. An unfinished last
    /// line, as a crash leaves it, is cut off, and a line says so.
    public init(path: String, logger: Logger) throws(AuditError) {
        file = try AuditFile(path: path)
        self.logger = logger
        let cut = file.cutOff
        if cut > 0 {
            record(AuditEvent(.logRecovered, who: AuditOrigin.berth, note: "\(cut) bytes of an unfinished line were cut off"))
        }
    }

    /// Notes `event`. It is on the disk a moment later; ``settled()`` waits for that.
    public func record(_ event: AuditEvent) {
        let begins = state.withLock { state in
            if state.waiting.count < Bound.waiting { state.waiting.append(event) } else { state.lost += 1 }
            defer { state.isWriting = true }
            return !state.isWriting
        }
        if begins { queue.async { [self] in write() } }
    }

    /// Returns when all that was noted before is on the disk, or could not be written.
    public func settled() async {
        await withCheckedContinuation { continuation in queue.async { continuation.resume() } }
    }

    private func write() {
        while true {
            let (events, lost) = state.withLock { state in
                if state.waiting.isEmpty && state.lost == 0 { state.isWriting = false }
                defer { (state.waiting, state.lost) = ([], 0) }
                return (state.waiting, state.lost)
            }
            guard !events.isEmpty || lost > 0 else { return }
            let note =
                lost > 0 ? [AuditEvent(.logIncomplete, who: AuditOrigin.berth, result: .failed, note: "\(lost) events were lost")] : []
            do {
                try file.append(events + note)
            } catch {
                logger.error("\(error) It will be tried again.")
                state.withLock { state in
                    let later = state.waiting
                    state.waiting = events + later.prefix(Bound.waiting - events.count)
                    state.lost += lost + later.count - (state.waiting.count - events.count)
                }
                queue.asyncAfter(deadline: .now() + .seconds(Bound.retry)) { [self] in write() }
                return
            }
        }
    }
}
