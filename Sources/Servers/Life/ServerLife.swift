import LauncherProtocol
import Phrases

/// The life of one server, as a value: events in, actions out. Sockets, the launcher and time
/// stay outside.
///
/// ```
/// stopped ─start─▶ starting ─container runs─▶ starting, probed ─answered─▶ ready
///    ▲                │ refused, exited, no answer in time       │ exited
///    └── stopped ◀─ stopping ◀─stop─┘        failed ◀────────────┘
/// ```
/// A server that the launcher reports running is adopted from whatever state it was in.
public struct ServerLife: Sendable, Equatable {
    /// Where a server stands.
    public enum State: Sendable, Equatable {
        case stopped
        /// It is being started; `record` once its container runs.
        case starting(record: ServerRecord?)
        /// Jupyter answers.
        case ready(ServerRecord)
        case stopping
        /// It ended by itself, or never came up.
        case failed(ServerFailure)
    }

    /// What happened.
    enum Event: Sendable, Equatable {
        case startWanted(profile: String?, environment: String?)
        case stopWanted
        /// The launcher says that its container runs.
        case containerRuns(ServerRecord)
        /// The launcher could not start it.
        case startFailed(LauncherError)
        /// Jupyter in this container answered.
        case answered(container: String)
        /// Jupyter in this container did not, and will not.
        case silent(container: String, ServerFailure)
        /// The container ended by itself.
        case exited(ServerFailure)
        /// The container is gone.
        case removed
        case stopSucceeded
        case stopFailed(LauncherError)
    }

    /// What has to be done about it.
    enum Action: Sendable, Equatable {
        case start(profile: String?, environment: String?)
        case abandonStart
        case probe(ServerRecord)
        case endProbe
        case stop
        /// Take a container away that is of no use, without telling anybody.
        case clear
    }

    public private(set) var state = State.stopped
    /// The container that failed: late news of it must not bring it back.
    private var failedContainer: String?

    mutating func handle(_ event: Event) -> [Action] {
        switch (event, state) {
        case (.startWanted(let profile, let environment), .stopped), (.startWanted(let profile, let environment), .failed):
            state = .starting(record: nil)
            failedContainer = nil
            return [.start(profile: profile, environment: environment)]

        case (.stopWanted, .starting), (.stopWanted, .ready), (.stopWanted, .failed):
            let actions: [Action] = if case .starting = state { [.abandonStart, .endProbe, .stop] } else { [.stop] }
            state = .stopping
            return actions

        case (.containerRuns(let record), _):
            return containerRuns(record)

        case (.startFailed(let error), .starting(record: nil)):
            state = .failed(ServerFailure(error))
            return []

        case (.answered(let container), .starting(let record?)) where record.container == container:
            state = .ready(record)
            return []

        case (.silent(let container, let failure), .starting(let record?)) where record.container == container:
            failedContainer = container
            state = .failed(failure)
            return [.clear]

        case (.exited(let failure), .starting), (.exited(let failure), .ready):
            state = .failed(failure)
            return [.abandonStart, .endProbe]

        case (.removed, .starting(_?)), (.removed, .ready), (.removed, .stopping):
            state = .stopped
            return [.endProbe]

        case (.stopSucceeded, .stopping):
            state = .stopped
            return []

        case (.stopFailed(let error), .stopping):
            state = .failed(ServerFailure(error))
            return []

        default:
            // Late or repeated news changes nothing.
            return []
        }
    }

    private mutating func containerRuns(_ record: ServerRecord) -> [Action] {
        guard record.container != failedContainer else { return [] }
        switch state {
        case .starting(.some(record)), .ready(record), .stopping:
            return []
        case .starting, .ready, .stopped, .failed:
            state = .starting(record: record)
            return [.endProbe, .probe(record)]
        }
    }
}

/// Why a server does not run.
public struct ServerFailure: Sendable, Equatable {
    /// What happened, in whole sentences.
    public let reason: Phrase
    /// The last lines of its log, oldest first; may be empty.
    public let log: [String]
    /// The launcher's kind of failure; decides the HTTP status.
    public let kind: LauncherError.Kind

    /// What lies behind it, where that is known.
    public let cause: FailureCause?

    public init(reason: Phrase, log: [String] = [], kind: LauncherError.Kind = .failed, cause: FailureCause? = nil) {
        self.reason = reason
        self.log = log
        self.kind = kind
        self.cause = cause
    }

    init(_ error: LauncherError) {
        self.init(reason: error.message, log: error.log, kind: error.kind, cause: error.cause)
    }
}
