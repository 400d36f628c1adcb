/// Reads a recipe from a Git repository elsewhere: over HTTP or HTTPS, with no rights on this host.
public struct FetchRecipe: LauncherCall {
    public static let name = "recipe.fetch"
    public static let callers: Set<CallerRole> = [.gateway, .root, .member]

    /// What was found.
    public struct Outcome: Codable, Sendable, Equatable {
        /// The text of the file.
        public let recipe: String
        /// The commit that it is of.
        public let commit: String

        public init(recipe: String, commit: String) {
            self.recipe = recipe
            self.commit = commit
        }
    }

    public let account: String
    /// `https://HOST/PATH`, without a password.
    public let url: String
    /// A branch, a tag or a commit; nil for the repository's own choice.
    public let reference: String?
    /// Where the file lies in the repository; nil for `environment.yml` at its top.
    public let path: String?

    public init(account: String, url: String, reference: String? = nil, path: String? = nil) {
        self.account = account
        self.url = url
        self.reference = reference
        self.path = path
    }
}

/// Makes a version of an environment an environment of one's own, or its next version: the same packages, nothing solved.
public struct CopyEnvironment: LauncherCall {
    public static let name = "environment.copy"
    public static let callers: Set<CallerRole> = [.gateway, .root, .member]
    public static let isLasting = true
    public typealias Progress = BuildProgress
    public typealias Outcome = EnvironmentSummary

    public let account: String
    /// `NAME`, or `OWNER/NAME` of somebody else's.
    public let source: String
    /// A version's identity or release; nil for the current one.
    public let version: String?
    /// Nil for the same name.
    public let environment: String?
    /// Whether packages that are no longer to be had may be replaced by the nearest that fit.
    public var nearest: Bool

    public init(account: String, source: String, version: String? = nil, environment: String? = nil, nearest: Bool = false) {
        self.nearest = nearest
        self.account = account
        self.source = source
        self.version = version
        self.environment = environment
    }
}
