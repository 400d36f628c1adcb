import Phrases

/// An environment of an account, as it stands.
public struct EnvironmentSummary: Codable, Sendable, Equatable {
    /// `[A-Za-z0-9][A-Za-z0-9._-]{0,63}`.
    public let name: String
    /// The hash of its current lock: where it is built.
    public let build: String
    /// When the current version was made, in seconds since 1970.
    public let created: Double
    /// How many packages it has, pip's included.
    public let packages: Int
    /// Bytes on disk, links counted once.
    public let size: Int
    /// The version of its Python; nil where it has none.
    public let python: String?
    /// How Jupyter runs with it.
    public let jupyter: JupyterSupport
    /// What the person should know about it, in whole sentences.
    public let notices: [Phrase]
    /// What whoever asked may do with it.
    public let right: EnvironmentRight
    /// What whoever asked has changed over it in their servers.
    public let layers: OwnLayers

    /// How much of Jupyter an environment brings.
    public enum JupyterSupport: String, Codable, Sendable {
        /// It has a jupyter_server that is new enough: the server itself runs from it.
        case server
        /// It has a jupyter_server older than 2: the server runs with the gateway's own checks only.
        case oldServer
        /// It has ipykernel: the image's Jupyter runs and this is a kernel in it.
        case kernel
        /// It has neither.
        case none
    }

    public init(
        name: String, build: String, created: Double, packages: Int, size: Int, python: String?,
        jupyter: JupyterSupport, notices: [Phrase], right: EnvironmentRight = .admin, layers: OwnLayers = .none
    ) {
        self.name = name
        self.build = build
        self.created = created
        self.packages = packages
        self.size = size
        self.python = python
        self.jupyter = jupyter
        self.notices = notices
        self.right = right
        self.layers = layers
    }

    /// The same, with more that the person should know.
    public func adding(_ more: [Phrase]) -> EnvironmentSummary {
        EnvironmentSummary(
            name: name, build: build, created: created, packages: packages, size: size, python: python, jupyter: jupyter,
            notices: notices + more, right: right, layers: layers)
    }

    /// The same as somebody else knows it, by the name `OWNER/NAME`.
    public func named(_ name: String, right: EnvironmentRight, layers: OwnLayers) -> EnvironmentSummary {
        EnvironmentSummary(
            name: name, build: build, created: created, packages: packages, size: size, python: python, jupyter: jupyter,
            notices: notices, right: right, layers: layers)
    }
}

/// What happens on the way to an environment.
public struct BuildProgress: Codable, Sendable, Equatable {
    /// The phases of a build, in order; before each that takes much of the host it may have to wait.
    public enum Phase: String, Codable, Sendable, CaseIterable {
        case waiting
        case reading, solving, downloading, linking, pip, compiling, verifying, done
        /// No build: what was built is compared with what is there.
        case comparing
    }

    public let phase: Phase
    /// One line for the person who waits.
    public let message: Phrase
    /// How far this phase is, 0 to 1, where that is known.
    public let fraction: Double?

    public init(_ phase: Phase, _ message: Phrase, fraction: Double? = nil) {
        self.phase = phase
        self.message = message
        self.fraction = fraction
    }
}

/// Makes an environment from a recipe or a lock, or its next version: solve, lock, build, keep.
/// Where the same lock was built before, nothing is built again.
public struct CreateEnvironment: LauncherCall {
    public static let name = "environment.create"
    public static let callers: Set<CallerRole> = [.gateway, .root, .member]
    public static let isLasting = true
    public typealias Progress = BuildProgress
    public typealias Outcome = EnvironmentSummary

    /// Whose it will be; a member may name only itself.
    public let account: String
    /// Nil for the recipe's own `name:`.
    public let environment: String?
    /// The text of `environment.yml`; or a lock: Berth's own `lock.json`, an explicit file or `conda-lock.yml`.
    public let recipe: String
    /// Whether packages of a lock that no channel has any longer may be replaced by the nearest that fit.
    public var nearest: Bool
    /// For which host; its platform is always the launcher's own. CUDA and virtual packages stay with the environment's
    /// later versions.
    public let target: SolveTarget
    /// The version that whoever writes began from, or at least its first four digits: where it is no longer the current
    /// one, nothing is built. Nil for whatever is current.
    public let base: String?

    public init(
        account: String, environment: String?, recipe: String, target: SolveTarget = SolveTarget(), nearest: Bool = false,
        base: String? = nil
    ) {
        self.base = base
        self.account = account
        self.environment = environment
        self.recipe = recipe
        self.nearest = nearest
        self.target = target
    }
}

/// The environments of an account, by name.
public struct ListEnvironments: LauncherCall {
    public static let name = "environment.list"
    public static let callers: Set<CallerRole> = [.gateway, .root, .member]
    public typealias Outcome = [EnvironmentSummary]

    public let account: String

    public init(account: String) { self.account = account }
}

/// A part of an account's environments: for those who have many.
public struct FindEnvironments: LauncherCall {
    public static let name = "environment.find"
    public static let callers: Set<CallerRole> = [.gateway, .root, .member]

    /// What was found.
    public struct Outcome: Codable, Sendable {
        /// The names of all that match, in order.
        public let names: [String]
        /// Those that were asked for.
        public let environments: [EnvironmentSummary]
        /// What servers start with where nobody can be asked: what administrators prefer, else the only one there is.
        public let preferred: String?
        /// Whether administrators demand that servers start with one of them: then none starts without.
        public let isDemanded: Bool

        public init(names: [String], environments: [EnvironmentSummary], preferred: String? = nil, isDemanded: Bool = false) {
            self.names = names
            self.environments = environments
            self.preferred = preferred
            self.isDemanded = isDemanded
        }
    }

    public let account: String
    /// A part of the name, in either case; empty for all.
    public let text: String
    public let offset: Int
    public let limit: Int

    public init(account: String, text: String = "", offset: Int = 0, limit: Int) {
        self.account = account
        self.text = text
        self.offset = offset
        self.limit = limit
    }
}

/// One environment with its recipe and its lock, as it stands or as it once was.
public struct InspectEnvironment: LauncherCall {
    public static let name = "environment.inspect"
    public static let callers: Set<CallerRole> = [.gateway, .root, .member]

    /// An environment, whole.
    public struct Outcome: Codable, Sendable {
        public let summary: EnvironmentSummary
        /// The text of `environment.yml`, as it was given.
        public let recipe: String
        /// conda's explicit file (`@EXPLICIT`).
        public let explicit: String
        /// The lock as canonical JSON; the build's identity is made from these bytes.
        public let lock: String
        /// The locks of the recipe's other platforms, by platform, as canonical JSON.
        public let otherLocks: [String: String]
        /// Which version this is.
        public let version: EnvironmentVersionSummary

        public init(
            summary: EnvironmentSummary, recipe: String, explicit: String, lock: String, otherLocks: [String: String] = [:],
            version: EnvironmentVersionSummary
        ) {
            self.summary = summary
            self.recipe = recipe
            self.explicit = explicit
            self.lock = lock
            self.otherLocks = otherLocks
            self.version = version
        }

        /// The same as somebody else knows it.
        public func named(_ name: String, right: EnvironmentRight, layers: OwnLayers) -> Outcome {
            Outcome(
                summary: summary.named(name, right: right, layers: layers), recipe: recipe, explicit: explicit, lock: lock,
                otherLocks: otherLocks,
                version: version)
        }
    }

    public let account: String
    /// `NAME`, or `OWNER/NAME` of somebody else's.
    public let environment: String
    /// A version's identity or at least its first four digits; nil for the current one.
    public let version: String?

    public init(account: String, environment: String, version: String? = nil) {
        self.account = account
        self.environment = environment
        self.version = version
    }
}
