import Accounts
import Audit
import LauncherProtocol
import Logging
import Metrics
import Servers

/// Notes what happens: a line in the audit log, and a count.
struct Trail: Sendable {
    let watched: Watched
    let meters: HubMeters

    init(_ watched: Watched) {
        self.watched = watched
        meters = HubMeters(watched.metrics)
    }

    /// - Parameter who: nil for whoever is behind the present task, or Berth itself.
    func note(
        _ what: AuditEvent.Kind, who: String? = nil, origin: AuditOrigin? = AuditOrigin.current, on subject: String = "",
        result: AuditEvent.Result = .success, note: String? = nil
    ) {
        meters.count(what, result)
        watched.audit?.record(
            AuditEvent(
                what, who: who ?? origin?.who ?? AuditOrigin.berth, from: origin?.address ?? "", on: subject, result: result,
                note: note))
    }

    /// Notes what becomes of sessions, tokens and servers, whichever way it comes about.
    func follow(_ accounts: Accounts, _ servers: Servers, logger: Logger) {
        accounts.onEnd { sessions in for session in sessions { ended(session) } }
        accounts.onTokenChange { change in
            switch change {
            case .made(let token):
                note(.tokenMade, who: AuditOrigin.current?.who ?? token.account, on: token.id, note: token.scopes.joined(separator: " "))
            case .revoked(let token): note(.tokenRevoked, on: token.id)
            case .firstUsed(let token): note(.tokenFirstUsed, who: token.account, on: token.id)
            }
        }
        let courses = ServerCourses()
        servers.onTransition { id, before, after in
            if case .failed(let failure) = after { meters.countFailure(failure.cause) }
            for happening in courses.take(id, before, after, origin: AuditOrigin.current, at: .now) {
                switch happening {
                case .event(let what, let origin, let result, let words):
                    // At a log-in the server starts before the session is there.
                    let who = origin.map { $0.who ?? id.owner }
                    note(what, who: who, origin: origin, on: ServerPaths.suffix(id), result: result, note: words)
                case .took(let phases):
                    var metadata: Logger.Metadata = ["server": "\(ServerPaths.suffix(id))"]
                    for (phase, duration) in phases {
                        meters.record(start: phase, duration)
                        metadata["\(phase.rawValue)-ms"] = "\(Int(duration / .milliseconds(1)))"
                    }
                    logger.info("Server started", metadata: metadata)
                }
            }
        }
    }

    private func ended(_ session: Session) {
        let origin = AuditOrigin.current
        if origin?.session == session.id {
            note(.logout, who: session.account, on: session.id)
        } else if origin != nil {
            note(.sessionEnded, on: session.id)
        } else {
            note(.sessionExpired, who: session.account, on: session.id)
        }
    }
}
