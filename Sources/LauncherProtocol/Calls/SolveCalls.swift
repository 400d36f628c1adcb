/// For which host a recipe is solved. What isn't said is what the launcher knows of its own host.
public struct SolveTarget: Codable, Sendable, Equatable {
    /// conda's name, such as `linux-64`.
    public let platform: String?
    /// The CUDA that the host's driver supports, such as `12.4`; `none` for a host without a GPU.
    public let cuda: String?
    /// The day whose packages are the newest ones to be considered: `2026-01-31`.
    public let asOf: String?

    public init(platform: String? = nil, cuda: String? = nil, asOf: String? = nil) {
        self.platform = platform
        self.cuda = cuda
        self.asOf = asOf
    }
}

/// Solves a recipe and keeps nothing: which packages it would come to.
public struct SolveRecipe: LauncherCall {
    public static let name = "environment.solve"
    public static let callers: Set<CallerRole> = [.gateway, .root, .member]
    public typealias Progress = BuildProgress

    /// What a recipe comes to.
    public struct Outcome: Codable, Sendable, Equatable {
        /// The lock as canonical JSON, as ``InspectEnvironment/Outcome/lock`` has it.
        public let lock: String
        /// What the person should know, in whole sentences.
        public let notices: [String]

        public init(lock: String, notices: [String]) {
            self.lock = lock
            self.notices = notices
        }
    }

    /// For whom; a member may name only itself.
    public let account: String
    /// The text of `environment.yml`.
    public let recipe: String
    /// The environment whose next version it would be, `NAME` or `OWNER/NAME`: a CUDA that it keeps counts. Nil for none.
    public let environment: String?
    public let target: SolveTarget

    public init(account: String, recipe: String, environment: String? = nil, target: SolveTarget = SolveTarget()) {
        self.account = account
        self.recipe = recipe
        self.environment = environment
        self.target = target
    }
}
