/// What a personal layer over a build holds, as far as packages are concerned: what was put there, and
/// which records of the build below were taken away.
public struct LayerFiles: Sendable {
    /// The records of packages that the layer brings; only `condaMeta` and `distributions` are used.
    public var added = EnvironmentFiles()
    /// Names of files of `conda-meta` that were removed: `numpy-2.1.3-py311_0.json`.
    public var removedRecords: Set<String> = []
    /// Names of `dist-info` directories that were removed: `humanize-4.11.0.dist-info`.
    public var removedDistributions: Set<String> = []
    /// How many files it holds in all.
    public var files = 0
    /// Bytes of its files.
    public var bytes = 0
    /// Paths of files that belong to no package, in order.
    public var loose: [String] = []
    /// When anything of it was changed last, in seconds since 1970; 0 where nothing is there.
    public var changed = 0.0

    public init() {}

    /// Whether nobody has changed anything.
    public var isEmpty: Bool { files == 0 && removedRecords.isEmpty && removedDistributions.isEmpty }
}
