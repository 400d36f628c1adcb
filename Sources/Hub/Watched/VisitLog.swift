import Audit
import LauncherProtocol
import Synchronization

/// Notes in the audit log who was in somebody else's server: once an hour for each session or token, not
/// for each request.
public final class VisitLog: Sendable {
    private let audit: AuditLog
    private let noted = Mutex<[Key: ContinuousClock.Instant]>([:])
    private let pause: Duration

    private struct Key: Hashable {
        let credential: String
        let server: ServerID
    }

    public init(_ audit: AuditLog, pause: Duration = .seconds(3600)) {
        self.audit = audit
        self.pause = pause
    }

    /// - Parameter credential: the public identifier of the session or token.
    public func note(_ account: String, credential: String, in server: ServerID) {
        let now = ContinuousClock.now
        let isNew = noted.withLock { noted in
            noted = noted.filter { now - $0.value < pause }
            return noted.updateValue(now, forKey: Key(credential: credential, server: server)) == nil
        }
        guard isNew else { return }
        audit.record(AuditEvent(.serverVisit, who: account, on: ServerPaths.suffix(server), note: "with \(credential)"))
    }
}
