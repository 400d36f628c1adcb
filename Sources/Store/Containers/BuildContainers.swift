/// Runs the builder's containers. The store knows what has to run, and nothing of the engine.
public protocol BuildContainers: Sendable {
    /// Runs one container to its end and removes it. Cancelling the task ends the container.
    ///
    /// `onLine` gets every line of its two streams as it comes.
    func run(
        _ job: BuildJob, onLine: @escaping @Sendable (BuildLine) -> Void
    ) async throws(BuildContainerError) -> BuildExit

    /// What the engine knows the image of this name by, which changes when the name is given to another; nil where there
    /// is none, or the engine does not answer.
    func identity(ofImage name: String) async -> String?

    /// Ends and removes the containers that an earlier launcher left running.
    func removeLeftovers() async
}

/// A container of the builder: always without capabilities, without new privileges and with a
/// read-only root file system and a small `/tmp`.
public struct BuildJob: Sendable {
    /// A path of the host in the container.
    public struct Mount: Sendable, Equatable {
        public let source: String
        public let target: String
        public let readOnly: Bool

        public init(_ source: String, at target: String, readOnly: Bool) {
            self.source = source
            self.target = target
            self.readOnly = readOnly
        }
    }

    /// What it is for: `solve`, `install` and so on; for labels and logs.
    public let purpose: String
    public let image: String
    public let command: [String]
    /// UID and GID of everything in it.
    public let uid: UInt32
    public let mounts: [Mount]
    public let variables: [String: String]
    /// The engine's network; nil for none at all.
    public let network: String?
    /// Cores; nil for all.
    public let cpus: Double?
    /// Bytes; nil for no limit.
    public let memory: Int?
    public let pids: Int
    /// Seconds after which it is killed.
    public let timeout: Double

    public init(
        purpose: String, image: String, command: [String], uid: UInt32, mounts: [Mount], variables: [String: String],
        network: String?, cpus: Double?, memory: Int?, pids: Int = 4096, timeout: Double
    ) {
        self.purpose = purpose
        self.image = image
        self.command = command
        self.uid = uid
        self.mounts = mounts
        self.variables = variables
        self.network = network
        self.cpus = cpus
        self.memory = memory
        self.pids = pids
        self.timeout = timeout
    }
}

/// One line that a container wrote.
public struct BuildLine: Sendable, Equatable {
    /// Which stream.
    public enum Stream: Sendable { case output, error }

    public let stream: Stream
    /// Without its line feed.
    public let text: String

    public init(_ stream: Stream, _ text: String) {
        self.stream = stream
        self.text = text
    }
}

/// How a container ended.
public struct BuildExit: Sendable, Equatable {
    /// The status of its first process.
    public let status: Int
    /// The kernel killed something in it because its memory limit was reached.
    public let outOfMemory: Bool
    /// It was killed because its time was over.
    public let timedOut: Bool

    public init(status: Int, outOfMemory: Bool = false, timedOut: Bool = false) {
        self.status = status
        self.outOfMemory = outOfMemory
        self.timedOut = timedOut
    }
}

/// Why a container could not be run at all.
public struct BuildContainerError: Error, Sendable, CustomStringConvertible {
    /// In whole sentences: what happened and what to do.
    public let description: String

    public init(_ description: String) { self.description = description }
}
