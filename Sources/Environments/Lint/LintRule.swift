/// What the linter looks for. Names are stable: people write them in scripts and reports.
/// `docs/lint.md` has one section for each.
public enum LintRule: String, Sendable, CaseIterable, Codable {
    case invalidRecipe = "invalid-recipe"
    case unsolvable
    case buildFails = "build-fails"
    case importFails = "import-fails"
    case secretInURL = "secret-in-url"
    case cudaDriver = "cuda-driver"
    case cudaDriverMinor = "cuda-driver-minor"
    case gpuWithoutProfile = "gpu-without-profile"
    case buildPinned = "build-pinned"
    case noPython = "no-python"
    case unpinned = "unpinned"
    case pipMissing = "pip-missing"
    case mixedChannels = "mixed-channels"
    case deadChannel = "dead-channel"
    case deadPackage = "dead-package"
    case duplicate = "duplicate"
    case condaAndPip = "conda-and-pip"
    case pipHasConda = "pip-has-conda"
    case freezeBloat = "freeze-bloat"
    case jupyterMissing = "jupyter-missing"
    case platformMissing = "platform-missing"
    case prefixIgnored = "prefix-ignored"

    /// What looking alone can't find: only who solves, builds and imports does.
    public static let foundByTrying: Set<LintRule> = [.unsolvable, .buildFails, .importFails]

    /// How bad it is.
    public enum Level: String, Sendable, Codable, CaseIterable, Comparable {
        /// It can't work, or gives something away.
        case error
        /// It works today and will not for long, or not elsewhere.
        case warning
        /// It could be better.
        case hint

        /// The worst comes first.
        public static func < (one: Level, other: Level) -> Bool { one.rank < other.rank }

        private var rank: Int {
            switch self {
            case .error: 0
            case .warning: 1
            case .hint: 2
            }
        }
    }

    public var level: Level {
        switch self {
        case .invalidRecipe, .unsolvable, .buildFails, .importFails, .secretInURL, .cudaDriver: .error
        case .cudaDriverMinor, .pipHasConda, .prefixIgnored, .unpinned: .hint
        default: .warning
        }
    }
}
