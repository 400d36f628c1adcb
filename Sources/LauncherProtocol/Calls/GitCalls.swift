import Phrases

/// One request of Git's smart HTTP protocol (gitprotocol-http(5)).
public struct GitRequest: Codable, Sendable, Equatable {
    /// What git is asked for.
    public enum Service: String, Codable, Sendable {
        /// What there is: `GET info/refs?service=…`.
        case offerFetch, offerPush
        /// `POST git-upload-pack`: clone and fetch.
        case fetch
        /// `POST git-receive-pack`.
        case push

        /// Whether it needs the right to edit.
        public var writes: Bool { self == .offerPush || self == .push }
    }

    /// Bytes of a push that git takes.
    public static let mostPushed = 32 << 20

    public let service: Service
    /// Whether the request's body is compressed with gzip.
    public let isCompressed: Bool
    /// The version of the protocol that the client asks for, 0 to 2; nil where it doesn't say.
    public let version: Int?

    public init(_ service: Service, isCompressed: Bool = false, version: Int? = nil) {
        self.service = service
        self.isCompressed = isCompressed
        self.version = version
    }
}

/// Lets git answer one request about an environment's repository: over a Unix socket that the gateway connects
/// to once. What is written there is the request's body, up to the end of writing; what comes back is a CGI
/// response (RFC 3875, 6).
public struct OpenGit: LauncherCall {
    public static let name = "git.open"
    public static let callers: Set<CallerRole> = [.gateway]

    /// Where to go on.
    public struct Outcome: Codable, Sendable {
        /// Names this exchange in ``CloseGit``.
        public let exchange: String
        /// The socket's path; it is gone when nobody connects within ten seconds.
        public let socket: String

        public init(exchange: String, socket: String) {
            self.exchange = exchange
            self.socket = socket
        }
    }

    public let account: String
    /// `NAME`, or `OWNER/NAME` of somebody else's.
    public let environment: String
    public let request: GitRequest

    public init(account: String, environment: String, request: GitRequest) {
        self.account = account
        self.environment = environment
        self.request = request
    }
}

/// Ends an exchange and tells what came of it.
public struct CloseGit: LauncherCall {
    public static let name = "git.close"
    public static let callers: Set<CallerRole> = [.gateway]

    /// What a push changed; empty for everything else.
    public struct Outcome: Codable, Sendable, Equatable {
        /// The new version's identity; nil where there is none.
        public var version: String?
        /// Releases that were named.
        public var tags: [String] = []
        /// Why the push was refused.
        public var refusal: String?

        public init() {}
    }

    public let account: String
    public let environment: String
    public let exchange: String

    public init(account: String, environment: String, exchange: String) {
        self.account = account
        self.environment = environment
        self.exchange = exchange
    }
}

/// One reference that a push wants to change, with object names of 40 hexadecimal digits; zeros for none.
public struct ReferenceUpdate: Codable, Sendable, Equatable {
    public let old: String
    public let new: String
    /// Such as `refs/heads/main`.
    public let reference: String

    public init(old: String, new: String, reference: String) {
        self.old = old
        self.new = new
        self.reference = reference
    }
}

/// Git asks, by its hook `pre-receive`, whether a push may be taken; a recipe is solved and built for the answer.
public struct JudgePush: LauncherCall {
    public static let name = "git.judge"
    public static let callers: Set<CallerRole> = [.git]
    public typealias Progress = BuildProgress
    public typealias Outcome = Done

    /// What the hook knows its push by.
    public let push: String
    /// The name of the directory with the objects that came, inside the repository's `objects`.
    public let quarantine: String
    public let updates: [ReferenceUpdate]

    public init(push: String, quarantine: String, updates: [ReferenceUpdate]) {
        self.push = push
        self.quarantine = quarantine
        self.updates = updates
    }
}

/// Git lets, by its hook `proc-receive`, the branch be moved: to the new version that ``JudgePush`` has built.
public struct RecordPush: LauncherCall {
    public static let name = "git.record"
    public static let callers: Set<CallerRole> = [.git]

    public let push: String
    public let update: ReferenceUpdate

    /// The new version: its first parent is the one before, the second what was pushed.
    public struct Outcome: Codable, Sendable {
        public let version: String
        /// What whoever pushed has changed over the versions in their servers.
        public let layers: OwnLayers
        /// What they should know of it.
        public let notices: [Phrase]

        public init(version: String, layers: OwnLayers, notices: [Phrase] = []) {
            self.version = version
            self.layers = layers
            self.notices = notices
        }
    }

    public init(push: String, update: ReferenceUpdate) {
        self.push = push
        self.update = update
    }
}

/// Gives a version a name, as a release, or takes the name away.
public struct TagEnvironment: LauncherCall {
    public static let name = "environment.tag"
    public static let callers: Set<CallerRole> = [.gateway, .root, .member]
    public typealias Outcome = [EnvironmentVersionSummary]

    public let account: String
    public let environment: String
    /// `[A-Za-z0-9][A-Za-z0-9._-]{0,63}`.
    public let tag: String
    /// A version's identity; nil for the current one, or where the name is taken away.
    public let version: String?
    public let isTakenAway: Bool

    public init(account: String, environment: String, tag: String, version: String? = nil, isTakenAway: Bool = false) {
        self.account = account
        self.environment = environment
        self.tag = tag
        self.version = version
        self.isTakenAway = isTakenAway
    }
}
