import Phrases

/// An environment that somebody made by hand in their home directory.
public struct HomeEnvironment: Codable, Sendable, Equatable {
    /// What made it.
    public enum Kind: String, Codable, Sendable {
        /// conda, mamba or micromamba.
        case conda
        case pixi
        /// venv, virtualenv or uv.
        case venv
    }

    /// Below the home directory.
    public let path: String
    public let kind: Kind
    /// The version of its Python, where its files tell.
    public let python: String?
    /// How many packages, of conda or of pip.
    public let packages: Int

    public init(path: String, kind: Kind, python: String?, packages: Int) {
        self.path = path
        self.kind = kind
        self.python = python
        self.packages = packages
    }
}

/// Looks for environments made by hand in an account's home directory, with that account's own rights.
public struct FindHomeEnvironments: LauncherCall {
    public static let name = "home.find"
    public static let callers: Set<CallerRole> = [.gateway, .root, .member]
    public typealias Outcome = [HomeEnvironment]

    public let account: String

    public init(account: String) { self.account = account }
}

/// Reads one of them, running nothing of it, with the account's own rights and following no link.
public struct ReadHomeEnvironment: LauncherCall {
    public static let name = "home.read"
    public static let callers: Set<CallerRole> = [.gateway, .root, .member]

    /// What it comes to.
    public struct Outcome: Codable, Sendable, Equatable {
        /// What it could be called here.
        public let name: String
        /// The recipe with what was asked for.
        public let fromHistory: String
        /// The recipe with every package and its version.
        public let noBuilds: String
        /// conda's explicit file.
        public let explicit: String
        /// The exact lock, as canonical JSON.
        public let lock: String
        /// What could not be kept, in whole sentences.
        public let notices: [Phrase]
        /// Why the exact lock can't be built here; nil where it can.
        public let exactProblem: Phrase?

        public init(
            name: String, fromHistory: String, noBuilds: String, explicit: String, lock: String, notices: [Phrase], exactProblem: Phrase?
        ) {
            self.name = name
            self.fromHistory = fromHistory
            self.noBuilds = noBuilds
            self.explicit = explicit
            self.lock = lock
            self.notices = notices
            self.exactProblem = exactProblem
        }
    }

    public let account: String
    /// Below the home directory; no more than a name that is looked up there with the account's rights.
    public let path: String

    public init(account: String, path: String) {
        self.account = account
        self.path = path
    }
}

/// Makes an environment of one that was made by hand. What is in the home directory stays as it is.
public struct AdoptEnvironment: LauncherCall {
    public static let name = "home.adopt"
    public static let callers: Set<CallerRole> = [.gateway, .root, .member]
    public static let isLasting = true
    public typealias Progress = BuildProgress
    public typealias Outcome = EnvironmentSummary

    /// What is taken over.
    public enum Form: String, Codable, Sendable, CaseIterable {
        /// What was asked for; solved anew.
        case history
        /// Every package with its version; solved anew.
        case noBuilds = "no-builds"
        /// The very same packages.
        case exact
    }

    public let account: String
    public let path: String
    /// Nil for what ``ReadHomeEnvironment`` proposes.
    public let environment: String?
    public let form: Form

    public init(account: String, path: String, environment: String?, form: Form) {
        self.account = account
        self.path = path
        self.environment = environment
        self.form = form
    }
}
