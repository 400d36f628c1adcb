import Phrases

/// One kind of request to the launcher: its arguments are the type's own fields.
///
/// The vocabulary is deliberately small and every call names accounts, profiles,
/// servers and environments by name only. UIDs, paths, images and mounts never travel
/// from the gateway to the launcher: the launcher derives them itself.
///
/// ```swift
/// let record = try await launcher.call(StartServer(server: id, profile: nil, environment: nil)) { step in
///     publish(step)
/// }
/// ```
public protocol LauncherCall: Codable, Sendable {
    /// What is reported while the call runs; ``NoProgress`` where nothing is.
    associatedtype Progress: Codable & Sendable = NoProgress
    /// What the call ends with.
    associatedtype Outcome: Codable & Sendable
    /// The call's name on the wire.
    static var name: String { get }
    /// Who may make this call.
    static var callers: Set<CallerRole> { get }
    /// Whether it takes long and is worth being carried through: it goes on when the gateway hangs up, as for its own
    /// restart, and where it is given up in so many words the caller is answered when nothing of it is left.
    static var isLasting: Bool { get }
}

extension LauncherCall {
    public static var isLasting: Bool { false }
}

/// A call that reports nothing until it ends.
public struct NoProgress: Codable, Sendable {}

/// A call that succeeds with nothing to tell.
public struct Done: Codable, Sendable {
    public init() {}
}

/// What a process on the other end of the launcher's socket is, by its UID (`SO_PEERCRED`).
public enum CallerRole: String, Codable, Sendable, Hashable {
    /// The gateway: acts for the people who have logged in.
    case gateway
    /// Root on this host: the administrator at the command line.
    case root
    /// Git's own account: the hooks of pushes, each of which shows the secret of its push.
    case git
    /// Any other account: acts for itself alone.
    case member
}

/// The process that makes a call.
public struct Caller: Sendable {
    public let role: CallerRole
    public let uid: UInt32
    public let pid: Int32

    public init(role: CallerRole, uid: UInt32, pid: Int32) {
        self.role = role
        self.uid = uid
        self.pid = pid
    }
}

/// Why a call failed, in words for the person who is waiting.
public struct LauncherError: Error, Codable, Sendable, Equatable, CustomStringConvertible {
    /// What kind of failure it is; decides the HTTP status.
    public enum Kind: String, Codable, Sendable {
        /// The request itself makes no sense (400).
        case invalid
        /// Not allowed by the configuration or for this caller (403).
        case refused
        /// Nothing of that name (404).
        case notFound
        /// Exists, runs or is being changed already (409).
        case conflict
        /// It was tried and did not work: the person's recipe, image or server is at fault (424).
        case failed
        /// What it needs is taken by others and will be free again (503): whoever waits for it is served in turn.
        case exhausted
        /// The launcher, the engine or another service can't be reached; try again (503).
        case unavailable
    }

    public let kind: Kind
    /// What happened, why, and what to do, in one to three sentences.
    public let message: Phrase
    /// The last lines of the log that shows it, oldest first; often empty.
    public let log: [String]
    /// What lies behind it, where a server did not start and that is known.
    public let cause: FailureCause?
    /// Where in the recipe the fault lies, in the order of its text; empty where there is no such place.
    public let places: [RecipePlace]
    /// What an environment's build met, where there is a way past it.
    public let obstacle: BuildObstacle?

    public init(
        _ kind: Kind, _ message: Phrase, log: [String] = [], cause: FailureCause? = nil, places: [RecipePlace] = [],
        obstacle: BuildObstacle? = nil
    ) {
        self.places = places
        self.obstacle = obstacle
        self.kind = kind
        self.message = message
        self.log = log
        self.cause = cause
    }

    public var description: String {
        ([message.english] + log).joined(separator: "\n")
    }
}
