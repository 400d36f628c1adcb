import Audit
import LauncherProtocol
import Servers
import Synchronization

/// What one server's changes of state amount to, as a value: events for the log, times for the numbers.
struct ServerCourse {
    enum Happening: Sendable {
        case event(AuditEvent.Kind, AuditOrigin?, AuditEvent.Result, String?)
        case took([Phase: Duration])
    }

    /// Parts of a start.
    enum Phase: String, CaseIterable {
        /// Until the container runs: checks, image, environment, engine.
        case container
        /// From there to Jupyter's first answer.
        case jupyter
        case total
    }

    private var origin: AuditOrigin?
    private var began: ContinuousClock.Instant?
    private var ran: ContinuousClock.Instant?

    /// Which version of an environment it runs, as the command line names it.
    private static func note(_ record: ServerRecord) -> String? {
        guard let environment = record.environment else { return nil }
        return environment + (record.environmentVersion.map { "@\($0)" } ?? "")
    }

    mutating func take(
        _ before: ServerLife.State, _ after: ServerLife.State, origin now: AuditOrigin?, at time: ContinuousClock.Instant
    ) -> [Happening] {
        switch (before, after) {
        case (.stopped, .starting(nil)), (.failed, .starting(nil)):
            (origin, began, ran) = (now, time, nil)
            return []
        case (.starting(nil), .starting(_?)):
            ran = time
            return []
        case (.starting, .ready(let record)):
            // A server that the gateway found running was started by nobody now.
            guard let began, let ran else { return [] }
            let took: [Phase: Duration] = [
                .container: began.duration(to: ran), .jupyter: ran.duration(to: time), .total: began.duration(to: time),
            ]
            defer { self = ServerCourse() }
            return [.event(.serverStart, origin, .success, Self.note(record)), .took(took)]
        case (.starting, .failed(let failure)):
            defer { self = ServerCourse() }
            return [.event(began == nil ? .serverFailed : .serverStart, origin, .failed, failure.reason.english)]
        case (.ready, .failed(let failure)):
            return [.event(.serverFailed, nil, .failed, failure.reason.english)]
        case (.stopping, .stopping): return []
        case (_, .stopping):
            self = ServerCourse()
            origin = now
            return []
        case (.stopping, .stopped):
            defer { self = ServerCourse() }
            return [.event(.serverStop, origin, .success, nil)]
        case (.stopping, .failed(let failure)):
            defer { self = ServerCourse() }
            return [.event(.serverStop, origin, .failed, failure.reason.english)]
        case (_, .stopped):
            self = ServerCourse()
            return [.event(.serverStop, nil, .success, "Its container was removed by somebody else.")]
        default:
            return []
        }
    }
}

/// The courses of all servers.
final class ServerCourses: Sendable {
    private let courses = Mutex<[ServerID: ServerCourse]>([:])

    func take(
        _ id: ServerID, _ before: ServerLife.State, _ after: ServerLife.State, origin: AuditOrigin?, at time: ContinuousClock.Instant
    ) -> [ServerCourse.Happening] {
        courses.withLock { courses in
            let happenings = courses[id, default: ServerCourse()].take(before, after, origin: origin, at: time)
            if after == .stopped { courses[id] = nil }
            return happenings
        }
    }
}
