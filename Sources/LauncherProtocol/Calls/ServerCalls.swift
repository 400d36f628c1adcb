import Phrases

/// Names one server: an account's default server has the empty name.
public struct ServerID: Codable, Sendable, Hashable {
    /// The owner's canonical account name.
    public let owner: String
    /// Empty, or `[a-z][a-z0-9-]{0,29}` as JupyterHub 6 wants it.
    public let name: String

    public init(owner: String, name: String = "") {
        self.owner = owner
        self.name = name
    }
}

/// A server as the engine knows it.
public struct ServerRecord: Codable, Sendable, Equatable {
    public let id: ServerID
    /// The UID that must be listening on the socket.
    public let uid: UInt32
    /// The engine's name of the container.
    public let container: String
    /// The directory with the server's socket on this host. It belongs to the user: hostile ground.
    public let socketDirectory: String
    /// The socket's name in that directory.
    public let socketName: String
    /// What the gateway proves itself with to this server (a private header).
    public let secret: String
    /// What this server proves itself with to the API; nil for one that does not ask it.
    public let apiToken: String?
    /// The profile it was started with.
    public let profile: String
    /// The environment it was started with: a name, or nil for the image's own.
    public let environment: String?
    /// The version of that environment; nil where it is not known.
    public let environmentVersion: String?
    /// When the container was started, in seconds since 1970.
    public let started: Double
    /// False when the container has exited.
    public let running: Bool

    public init(
        id: ServerID, uid: UInt32, container: String, socketDirectory: String, socketName: String,
        secret: String, apiToken: String? = nil, profile: String, environment: String?, environmentVersion: String? = nil,
        started: Double, running: Bool
    ) {
        self.id = id
        self.uid = uid
        self.container = container
        self.socketDirectory = socketDirectory
        self.socketName = socketName
        self.secret = secret
        self.apiToken = apiToken
        self.profile = profile
        self.environment = environment
        self.environmentVersion = environmentVersion
        self.started = started
        self.running = running
    }
}

/// What happens on the way to a running container.
public struct StartProgress: Codable, Sendable, Equatable {
    /// The phases of a start, in order.
    public enum Phase: String, Codable, Sendable, CaseIterable {
        /// What it needs is taken by others; it begins when its turn comes.
        case queued
        /// Account, profile, image and environment are checked.
        case checking
        /// The image is pulled.
        case pulling
        /// The environment is put in place.
        case environment
        /// The engine creates and starts the container.
        case starting
        /// Jupyter starts inside it.
        case waiting
    }

    public let phase: Phase
    /// One line for the person who waits.
    public let message: Phrase
    /// How far the whole start is, 0 to 1, where that is known.
    public let fraction: Double?

    public init(_ phase: Phase, _ message: Phrase, fraction: Double? = nil) {
        self.phase = phase
        self.message = message
        self.fraction = fraction
    }
}

/// Starts a server, or returns the running one. Ends when the container runs; whether
/// Jupyter answers is for the gateway to find out.
public struct StartServer: LauncherCall {
    public static let name = "server.start"
    public static let callers: Set<CallerRole> = [.gateway]
    public typealias Progress = StartProgress
    public typealias Outcome = ServerRecord

    public let id: ServerID
    /// A profile's name; nil for the first one the account may use.
    public let profile: String?
    /// An environment of the account; nil for none.
    public let environment: String?

    public init(id: ServerID, profile: String?, environment: String?) {
        self.id = id
        self.profile = profile
        self.environment = environment
    }
}

/// Stops a server and removes its container. Succeeds if there is none.
public struct StopServer: LauncherCall {
    public static let name = "server.stop"
    public static let callers: Set<CallerRole> = [.gateway, .root]
    public typealias Outcome = Done

    public let id: ServerID

    public init(id: ServerID) { self.id = id }
}

/// All servers of this installation that the engine knows.
public struct ListServers: LauncherCall {
    public static let name = "server.list"
    public static let callers: Set<CallerRole> = [.gateway, .root]
    public typealias Outcome = [ServerRecord]

    public init() {}
}

/// Reports servers as they change, until the caller hangs up. First every server there is,
/// then ``ServerChange/settled``, then changes as the engine reports them.
public struct WatchServers: LauncherCall {
    public static let name = "server.watch"
    public static let callers: Set<CallerRole> = [.gateway]
    public typealias Progress = ServerChange
    public typealias Outcome = Done

    public init() {}
}

/// One change that ``WatchServers`` reports.
public enum ServerChange: Codable, Sendable, Equatable {
    /// It runs.
    case running(ServerRecord)
    /// Its container ended by itself: why, in words, its last log lines, oldest first, and the cause where it is known.
    case exited(ServerID, reason: Phrase, log: [String], cause: FailureCause? = nil)
    /// It was removed.
    case removed(ServerID)
    /// Everything that existed when the watch began has been reported.
    case settled
}

/// The last lines of a server's log, oldest first.
public struct ReadServerLog: LauncherCall {
    public static let name = "server.log"
    public static let callers: Set<CallerRole> = [.gateway, .root]
    public typealias Outcome = [String]

    public let id: ServerID
    public let lines: Int

    public init(id: ServerID, lines: Int) {
        self.id = id
        self.lines = lines
    }
}

/// The profiles that an account may use, in the order of the configuration.
public struct ListProfiles: LauncherCall {
    public static let name = "profile.list"
    public static let callers: Set<CallerRole> = [.gateway, .root]
    public typealias Outcome = [ProfileSummary]

    public let account: String

    public init(account: String) { self.account = account }
}

/// What a person must know of a profile to choose it.
public struct ProfileSummary: Codable, Sendable, Equatable {
    public let name: String
    /// The name for people.
    public let title: String
    public let description: String
    public let image: String
    /// Cores; nil for no limit.
    public let cpus: Double?
    /// Bytes; nil for no limit.
    public let memory: Int?
    /// "all", a count, or nothing.
    public let gpus: String?
    /// The GPUs that it may get, by UUID; empty for none, or where they are not known.
    public let gpuDevices: [String]

    public init(
        name: String, title: String, description: String, image: String, cpus: Double?, memory: Int?, gpus: String?,
        gpuDevices: [String] = []
    ) {
        self.name = name
        self.title = title
        self.description = description
        self.image = image
        self.cpus = cpus
        self.memory = memory
        self.gpus = gpus
        self.gpuDevices = gpuDevices
    }
}
