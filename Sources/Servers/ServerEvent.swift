import LauncherProtocol
import Phrases

/// What is told about a server on its way: the steps, then one last event.
public enum ServerEvent: Sendable, Equatable {
    case progress(ServerStep)
    case ready
    case failed(ServerFailure)
    case stopped

    /// Whether nothing follows.
    public var isLast: Bool { if case .progress = self { false } else { true } }
}

/// One step of a start.
public struct ServerStep: Sendable, Equatable {
    public let phase: StartProgress.Phase
    /// One line for the person who waits.
    public let message: Phrase
    /// How far the whole start is, 0 to 100; never less than before.
    public let percent: Int

    public init(phase: StartProgress.Phase, message: Phrase, percent: Int) {
        self.phase = phase
        self.message = message
        self.percent = percent
    }
}

/// A server as it stands, for pages and the API.
public struct ServerStatus: Sendable, Equatable {
    public let id: ServerID
    public let state: ServerLife.State
    /// The last step of a start under way.
    public let step: ServerStep?
    /// The profile that was asked for, or that it runs with.
    public let profile: String?
    /// The environment that was asked for, or that it runs with.
    public let environment: String?
    /// The last sign that somebody uses it, in seconds since 1970; nil unless it runs.
    public internal(set) var lastActivity: Double?
    /// When and why it will be stopped unless something changes; nil where it will not.
    public internal(set) var ending: ServerEnding?

    /// The running server; nil unless Jupyter answers.
    public var ready: ServerRecord? { if case .ready(let record) = state { record } else { nil } }
    /// Whether a start waits for GPUs that others have.
    public var isQueued: Bool { isStarting && step?.phase == .queued }
    /// Whether a start is under way.
    public var isStarting: Bool { if case .starting = state { true } else { false } }
    /// Whether a stop is under way.
    public var isStopping: Bool { state == .stopping }
    /// Why it does not run, where it should.
    public var failure: ServerFailure? { if case .failed(let failure) = state { failure } else { nil } }
}
