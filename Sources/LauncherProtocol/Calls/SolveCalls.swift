/// Solves a recipe for this host, as ``CreateEnvironment`` would, and keeps nothing.
public struct SolveRecipe: LauncherCall {
    public static let name = "environment.solve"
    public static let callers: Set<CallerRole> = [.gateway, .root, .member]
    public typealias Progress = BuildProgress

    /// What the recipe comes to.
    public struct Outcome: Codable, Sendable, Equatable {
        /// The lock as canonical JSON.
        public let lock: String
        /// What the person should know about it, in whole sentences.
        public let notices: [String]

        public init(lock: String, notices: [String]) {
            self.lock = lock
            self.notices = notices
        }
    }

    /// On whose behalf; a member may name only itself.
    public let account: String
    /// The text of `environment.yml`.
    public let recipe: String

    public init(account: String, recipe: String) {
        self.account = account
        self.recipe = recipe
    }
}
