/// An environment as whoever looks after all of them sees it.
public struct EnvironmentOverview: Codable, Sendable, Equatable {
    /// The account, or its UID in digits where the host does not have it any more.
    public let owner: String
    public let name: String
    /// The identity of the current version's build; empty where the environment can't be read.
    public let build: String
    /// Whether that build is in the store.
    public let isBuilt: Bool
    /// Bytes on disk of the current version, links counted once.
    public let size: Int
    /// How many versions its history has.
    public let versions: Int
    /// When the current version was made, in seconds since 1970.
    public let changed: Double
    /// When a server began to run with it last, in seconds since 1970; nil for never.
    public let lastUsed: Double?
    public let grants: [EnvironmentGrant]
    /// Whom administrators gave it to: names, `@` and groups, `*` for everybody.
    public let assignedTo: [String]

    public init(
        owner: String, name: String, build: String, isBuilt: Bool, size: Int, versions: Int, changed: Double, lastUsed: Double?,
        grants: [EnvironmentGrant], assignedTo: [String]
    ) {
        self.owner = owner
        self.name = name
        self.build = build
        self.isBuilt = isBuilt
        self.size = size
        self.versions = versions
        self.changed = changed
        self.lastUsed = lastUsed
        self.grants = grants
        self.assignedTo = assignedTo
    }
}

/// A part of everybody's environments, by owner and name.
public struct ListAllEnvironments: LauncherCall {
    public static let name = "environment.list-all"
    public static let callers: Set<CallerRole> = [.gateway, .root]

    /// The part that was asked for.
    public struct Outcome: Codable, Sendable, Equatable {
        public let environments: [EnvironmentOverview]
        /// How many match.
        public let total: Int

        public init(environments: [EnvironmentOverview], total: Int) {
            self.environments = environments
            self.total = total
        }
    }

    /// A part of `OWNER/NAME`; empty for all.
    public let text: String
    public let offset: Int
    public let limit: Int

    public init(text: String, offset: Int, limit: Int) {
        self.text = text
        self.offset = offset
        self.limit = limit
    }
}

/// What the environments of one account take.
public struct AccountStorage: Codable, Sendable, Equatable {
    /// The account, or its UID in digits where the host does not have it any more.
    public let owner: String
    public let environments: Int
    /// Bytes of the builds of all its versions, as if nobody else had the same packages.
    public let builds: Int
    /// Bytes of what it installed in running servers.
    public let layers: Int
    /// Bytes that it may have; nil for no limit.
    public let quota: Int?
    /// Bytes that count for the quota: of the builds that its versions keep, shared files counted once, and of what it
    /// installed; nil where there is no quota.
    public let counted: Int?

    public init(owner: String, environments: Int, builds: Int, layers: Int, quota: Int? = nil, counted: Int? = nil) {
        self.owner = owner
        self.environments = environments
        self.builds = builds
        self.layers = layers
        self.quota = quota
        self.counted = counted
    }
}

/// What environments take: of a part of the accounts, those that take most first, and in total.
public struct ReadStorage: LauncherCall {
    public static let name = "storage.read"
    public static let callers: Set<CallerRole> = [.gateway, .root]

    /// The part that was asked for, and all together.
    public struct Outcome: Codable, Sendable, Equatable {
        public let accounts: [AccountStorage]
        /// How many accounts match.
        public let total: Int
        /// Of everybody.
        public let environments: Int
        /// Builds in the store.
        public let builds: Int
        /// Bytes of all builds, as if no two shared a file.
        public let size: Int
        /// Bytes of the store's file system.
        public let disk: Int
        /// Bytes of it that are free.
        public let free: Int

        public init(accounts: [AccountStorage], total: Int, environments: Int, builds: Int, size: Int, disk: Int, free: Int) {
            self.accounts = accounts
            self.total = total
            self.environments = environments
            self.builds = builds
            self.size = size
            self.disk = disk
            self.free = free
        }
    }

    /// A part of the account's name; empty for all.
    public let text: String
    public let offset: Int
    public let limit: Int

    public init(text: String, offset: Int, limit: Int) {
        self.text = text
        self.offset = offset
        self.limit = limit
    }
}
