/// What a container is to be. Written for least privilege: no capabilities, no new ones by
/// set-UID programs, an init process; whoever needs more says so.
public struct ContainerSpec: Sendable, Equatable {
    public var image: String
    /// Replaces the image's; nil keeps it.
    public var entrypoint: [String]?
    /// Replaces the image's; nil keeps it.
    public var command: [String]?
    public var environment: [String: String] = [:]
    /// `UID:GID` or a name of the image's; nil for the image's own.
    public var user: String?
    /// Supplementary groups.
    public var groups: [UInt32] = []
    public var workingDirectory: String?
    public var hostname: String?
    public var labels: [String: String] = [:]
    public var mounts: [Mount] = []
    /// A network's name, `host` or `none`; nil for the engine's default.
    public var network: String?
    /// Bytes of `/dev/shm`; nil for the engine's 64 MB.
    public var sharedMemory: Int?
    /// Bytes of memory, and no swap beyond it; nil for no limit.
    public var memory: Int?
    /// Cores; nil for no limit.
    public var cpus: Double?
    /// Processes and threads; nil for no limit.
    public var pids: Int?
    public var gpus: GPUs?
    /// Capabilities beside none at all.
    public var capabilities: [String] = []
    public var hasReadOnlyRoot = false
    /// Bytes of log that the engine keeps; nil for its own default.
    public var logSize: Int?
    /// Seconds between the stop signal and the kill.
    public var stopTimeout: Int?

    public init(image: String, command: [String]? = nil) {
        self.image = image
        self.command = command
    }

    /// GPUs through the NVIDIA container toolkit (`DeviceRequests`).
    public enum GPUs: Sendable, Equatable {
        case all
        case count(Int)
        /// By UUID or index.
        case devices([String])
    }
}

/// Something of the host's, or of the engine's, in a container.
public struct Mount: Sendable, Equatable {
    public enum Source: Sendable, Equatable {
        /// A file or directory of the host that must exist.
        case host(String)
        /// A volume, made where it is missing.
        case volume(String)
        /// A volume of the local driver with mount options (`type`, `device`, `o`), made where it is missing.
        case mounted(volume: String, options: [String: String], labels: [String: String])
        /// Memory, owned by `uid` and `gid`, mode in octal; `size` in bytes, nil for half the host's memory.
        case memory(uid: UInt32, gid: UInt32, mode: UInt32, size: Int?)
    }

    public let source: Source
    /// The path in the container.
    public let target: String
    public let readOnly: Bool

    public init(_ source: Source, at target: String, readOnly: Bool = false) {
        self.source = source
        self.target = target
        self.readOnly = readOnly
    }
}
