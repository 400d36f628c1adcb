import Phrases

/// What the files of an environment made by hand say, as far as a backup needs them. Whoever reads the
/// directory puts the contents here; nothing of the environment is ever run.
public struct EnvironmentFiles: Sendable {
    /// One `NAME-VERSION.dist-info` of site-packages.
    public struct Distribution: Sendable {
        /// The directory's name.
        public let directory: String
        /// The contents of `METADATA`.
        public let metadata: String
        /// The contents of `direct_url.json` (PEP 610); nil where there is none.
        public let directURL: String?
        /// Whether there is a `REQUESTED` (PEP 376): somebody named it, rather than another package.
        public let isRequested: Bool

        public init(directory: String, metadata: String, directURL: String?, isRequested: Bool) {
            self.directory = directory
            self.metadata = metadata
            self.directURL = directURL
            self.isRequested = isRequested
        }
    }

    /// The contents of each `conda-meta/NAME-VERSION-BUILD.json`, by the file's name.
    public var condaMeta: [String: String] = [:]
    /// `conda-meta/history`.
    public var history: String?
    /// `conda-meta/state`, with the variables.
    public var state: String?
    /// `pyvenv.cfg`, of a venv.
    public var pyvenv: String?
    public var distributions: [Distribution] = []

    public init() {}
}

/// A directory that can't be backed up: what, why, and what to do.
public struct BackupError: PhrasedError, Sendable, Equatable {
    public let phrase: Phrase
}
