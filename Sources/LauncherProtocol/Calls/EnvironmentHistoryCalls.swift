/// One version of an environment: a commit of its repository.
public struct EnvironmentVersionSummary: Codable, Sendable, Equatable {
    /// The commit: 40 hexadecimal digits.
    public let id: String
    /// When it was made, in seconds since 1970.
    public let time: Double
    /// The account that made it.
    public let author: String
    /// What changed, in a line.
    public let message: String
    /// The identity of its build.
    public let build: String
    /// Whether the build is in the store now: then a roll-back to it copies nothing.
    public let isBuilt: Bool
    /// The names that it has as a release.
    public let tags: [String]

    public init(id: String, time: Double, author: String, message: String, build: String, isBuilt: Bool, tags: [String] = []) {
        self.id = id
        self.time = time
        self.author = author
        self.message = message
        self.build = build
        self.isBuilt = isBuilt
        self.tags = tags
    }
}

/// The history of an environment, newest first.
public struct ListEnvironmentVersions: LauncherCall {
    public static let name = "environment.versions"
    public static let callers: Set<CallerRole> = [.gateway, .root, .member]
    public typealias Outcome = [EnvironmentVersionSummary]

    public let account: String
    public let environment: String

    public init(account: String, environment: String) {
        self.account = account
        self.environment = environment
    }
}

/// Makes a new version with the content of an old one. Its build is used where it is still there, else
/// it is made again from the lock, with the same packages.
public struct RollBackEnvironment: LauncherCall {
    public static let name = "environment.rollback"
    public static let callers: Set<CallerRole> = [.gateway, .root, .member]
    public static let isLasting = true
    public typealias Progress = BuildProgress
    public typealias Outcome = EnvironmentSummary

    public let account: String
    public let environment: String
    /// The version's identity or at least its first four digits.
    public let version: String
    /// Whether packages that are no longer to be had may be replaced by the nearest that fit.
    public var nearest: Bool

    public init(account: String, environment: String, version: String, nearest: Bool = false) {
        self.account = account
        self.environment = environment
        self.version = version
        self.nearest = nearest
    }
}

/// Looks whether the build of a version of an environment is still what was built, byte for byte.
public struct VerifyEnvironment: LauncherCall {
    public static let name = "environment.verify"
    public static let callers: Set<CallerRole> = [.gateway, .root, .member]
    public typealias Progress = BuildProgress

    /// What was found.
    public struct Outcome: Codable, Sendable, Equatable {
        /// The identity of the build that was looked at.
        public let build: String
        /// The version whose build it is.
        public let version: String
        /// How many files it should have.
        public let files: Int
        /// What is not as it was built, by path.
        public let differences: [Difference]

        public init(build: String, version: String, files: Int, differences: [Difference]) {
            self.build = build
            self.version = version
            self.files = files
            self.differences = differences
        }
    }

    /// One file that is not as it was built.
    public struct Difference: Codable, Sendable, Equatable {
        /// In which way.
        public enum Kind: String, Codable, Sendable, CaseIterable { case changed, missing, added }

        public let kind: Kind
        /// Below the environment's prefix.
        public let path: String

        public init(_ kind: Kind, _ path: String) {
            self.kind = kind
            self.path = path
        }
    }

    public let account: String
    public let environment: String
    /// A version's identity, or at least its first four digits; nil for the current one.
    public let version: String?

    public init(account: String, environment: String, version: String? = nil) {
        self.account = account
        self.environment = environment
        self.version = version
    }
}

/// Makes the build of a version of an environment anew where it is not what was built any more; for whoever may administer it.
public struct RepairEnvironment: LauncherCall {
    public static let name = "environment.repair"
    public static let callers: Set<CallerRole> = [.gateway, .root, .member]
    public static let isLasting = true
    public typealias Progress = BuildProgress
    public typealias Outcome = EnvironmentSummary

    public let account: String
    public let environment: String
    /// A version's identity, or at least its first four digits; nil for the current one.
    public let version: String?

    public init(account: String, environment: String, version: String? = nil) {
        self.account = account
        self.environment = environment
        self.version = version
    }
}

/// Removes from the store what nothing needs any more; for administrators.
public struct CollectGarbage: LauncherCall {
    public static let name = "environment.collect"
    public static let callers: Set<CallerRole> = [.gateway, .root, .member]

    /// What went, or would go.
    public struct Outcome: Codable, Sendable, Equatable {
        /// The identities of builds.
        public let builds: [String]
        /// The names of unpacked packages in the cache.
        public let packages: [String]
        /// The names of wheels that pip installed from.
        public let wheels: [String]
        /// How many files of compiled bytecode.
        public let bytecode: Int
        /// Removed environments that can't be brought back any more: `OWNER/NAME`.
        public let environments: [String]
        /// Bytes on disk that this frees.
        public let freed: Int
        /// Bytes on disk of the store afterwards, links counted once.
        public let kept: Int
        /// Bytes that are free on its file system now.
        public let free: Int
        /// How many personal layers, over what no history has.
        public let layers: Int
        /// Bytes on disk of these; they are not in the store.
        public let layerBytes: Int

        public init(
            builds: [String], packages: [String], wheels: [String] = [], bytecode: Int, environments: [String] = [], freed: Int, kept: Int,
            free: Int, layers: Int = 0, layerBytes: Int = 0
        ) {
            self.environments = environments
            self.builds = builds
            self.packages = packages
            self.wheels = wheels
            self.bytecode = bytecode
            self.freed = freed
            self.kept = kept
            self.free = free
            self.layers = layers
            self.layerBytes = layerBytes
        }
    }

    /// Who asks.
    public let account: String
    /// Only tells what would go.
    public let dryRun: Bool

    public init(account: String, dryRun: Bool) {
        self.account = account
        self.dryRun = dryRun
    }
}
