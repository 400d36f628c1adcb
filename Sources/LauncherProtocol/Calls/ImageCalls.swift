import Phrases

/// An image that the configuration names, or that it allows and that is on this host.
public struct ImageSummary: Codable, Sendable, Equatable {
    /// As the configuration writes it; of one that it does not name: with its tag.
    public let name: String
    /// The profiles whose servers run in it.
    public let profiles: [String]
    /// Whether environments are built in it.
    public let isBuilder: Bool
    /// What is on this host; nil where it is not there.
    public let present: Present?
    /// The servers that run in it now.
    public let servers: [ServerID]

    /// An image on this host.
    public struct Present: Codable, Sendable, Equatable {
        /// The hash of its configuration: `sha256:…`.
        public let id: String
        /// The hash by which its registry knows it: `sha256:…`; nil for one made on this host.
        public let digest: String?
        /// Bytes.
        public let size: Int
        /// When it was made, in seconds since 1970.
        public let created: Double

        public init(id: String, digest: String?, size: Int, created: Double) {
            self.id = id
            self.digest = digest
            self.size = size
            self.created = created
        }
    }

    public init(name: String, profiles: [String], isBuilder: Bool, present: Present?, servers: [ServerID]) {
        self.name = name
        self.profiles = profiles
        self.isBuilder = isBuilder
        self.present = present
        self.servers = servers
    }

    /// Whether the configuration names it.
    public var isConfigured: Bool { isBuilder || !profiles.isEmpty }
    /// Whether it only takes room.
    public var isUnused: Bool { present != nil && !isConfigured && servers.isEmpty }
}

/// The images of the configuration in its order, then those on this host that it allows and names no more.
public struct ListImages: LauncherCall {
    public static let name = "image.list"
    public static let callers: Set<CallerRole> = [.gateway, .root]
    public typealias Outcome = [ImageSummary]

    public init() {}
}

/// How far an image has come.
public struct ImageProgress: Codable, Sendable, Equatable {
    /// One line for the person who waits.
    public let message: Phrase
    /// How far it is, 0 to 1.
    public let fraction: Double

    public init(_ message: Phrase, fraction: Double) {
        self.message = message
        self.fraction = fraction
    }
}

/// Fetches an image of the configuration, or its newest version.
public struct PullImage: LauncherCall {
    public static let name = "image.pull"
    public static let callers: Set<CallerRole> = [.gateway, .root]
    public typealias Progress = ImageProgress
    public typealias Outcome = Done

    /// As the configuration writes it.
    public let image: String

    public init(image: String) { self.image = image }
}

/// Removes an image that ``ImageSummary/isUnused``.
public struct RemoveImage: LauncherCall {
    public static let name = "image.remove"
    public static let callers: Set<CallerRole> = [.gateway, .root]
    public typealias Outcome = Done

    /// As ``ListImages`` names it.
    public let image: String

    public init(image: String) { self.image = image }
}
