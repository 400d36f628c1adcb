/// What the environments of one account take.
public struct ReadOwnStorage: LauncherCall {
    public static let name = "storage.own"
    public static let callers: Set<CallerRole> = [.gateway, .root, .member]

    /// One environment.
    public struct Environment: Codable, Sendable, Equatable {
        public let name: String
        /// Bytes of the builds that its versions keep, links counted once.
        public let size: Int

        public init(name: String, size: Int) {
            self.name = name
            self.size = size
        }
    }

    public struct Outcome: Codable, Sendable, Equatable {
        /// Those that take most first.
        public let environments: [Environment]
        /// Bytes of all their builds, files that they share counted once.
        public let builds: Int
        /// Bytes of what was installed in running servers.
        public let layers: Int
        /// Bytes that builds and layers may take together; nil for no limit.
        public let quota: Int?

        public init(environments: [Environment], builds: Int, layers: Int, quota: Int?) {
            self.environments = environments
            self.builds = builds
            self.layers = layers
            self.quota = quota
        }
    }

    public let account: String

    public init(account: String) { self.account = account }
}
