import Phrases

/// For which host a recipe is solved. What isn't said is what the launcher knows of its own host.
public struct SolveTarget: Codable, Sendable, Equatable {
    /// conda's name, such as `linux-64`.
    public let platform: String?
    /// The CUDA that the host's driver supports, such as `12.4`; `none` for a host without a GPU.
    public let cuda: String?
    /// The day whose packages are the newest ones to be considered: `2026-01-31`.
    public let asOf: String?
    /// What else its system has, `NAME=VERSION` or `NAME=VERSION=BUILD`, such as `__glibc=2.28`; `none` in place of a
    /// version for what it has not, `host` for what is known of the launcher's own.
    public let virtualPackages: [String]

    public init(platform: String? = nil, cuda: String? = nil, asOf: String? = nil, virtualPackages: [String] = []) {
        self.platform = platform
        self.cuda = cuda
        self.asOf = asOf
        self.virtualPackages = virtualPackages
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
        public let notices: [Phrase]
        /// Of what the recipe asks of pip, the packages that its channels have too, by conda's names.
        public let channelPackages: [String]

        public init(lock: String, notices: [Phrase], channelPackages: [String] = []) {
            self.lock = lock
            self.notices = notices
            self.channelPackages = channelPackages
        }
    }

    /// For whom; a member may name only itself.
    public let account: String
    /// The text of `environment.yml`.
    public let recipe: String
    /// The environment whose next version it would be, `NAME` or `OWNER/NAME`: a CUDA that it keeps counts. Nil for none.
    public let environment: String?
    public let target: SolveTarget
    /// Whether to leave out what pip installs: it follows from the rest, and takes much longer.
    public let condaAlone: Bool

    public init(
        account: String, recipe: String, environment: String? = nil, target: SolveTarget = SolveTarget(), condaAlone: Bool = false
    ) {
        self.condaAlone = condaAlone
        self.account = account
        self.recipe = recipe
        self.environment = environment
        self.target = target
    }
}

/// Builds a recipe, as ``CreateEnvironment`` would, and imports what it asks for. No environment is made of it:
/// the build goes when garbage is collected.
public struct TryRecipe: LauncherCall {
    public static let name = "environment.try"
    public static let callers: Set<CallerRole> = [.gateway, .root, .member]
    public typealias Progress = BuildProgress

    /// How it went.
    public struct Outcome: Codable, Sendable, Equatable {
        /// How many packages it has, pip's included.
        public let packages: Int
        /// How many modules could be imported.
        public let imported: Int
        /// What could not be, at the line that asks for the package.
        public let failures: [RecipePlace]

        public init(packages: Int, imported: Int, failures: [RecipePlace]) {
            self.packages = packages
            self.imported = imported
            self.failures = failures
        }
    }

    /// For whom; a member may name only itself.
    public let account: String
    /// The text of `environment.yml`.
    public let recipe: String
    /// Its platform is always the launcher's own.
    public let target: SolveTarget
    /// Whether to import what it asks for.
    public let imports: Bool

    public init(account: String, recipe: String, target: SolveTarget, imports: Bool) {
        self.account = account
        self.recipe = recipe
        self.target = target
        self.imports = imports
    }
}
