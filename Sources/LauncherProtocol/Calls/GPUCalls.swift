/// The GPUs of this host: whose they are, and how they are used.
public struct ListGPUs: LauncherCall {
    public static let name = "gpu.list"
    public static let callers: Set<CallerRole> = [.gateway, .root]
    public typealias Outcome = GPUOverview

    public init() {}
}

/// What ``ListGPUs`` ends with.
public struct GPUOverview: Codable, Sendable, Equatable {
    /// In the order in which they are given to servers.
    public let gpus: [GPUSummary]
    /// Why there are none, or why their use is not known; nil where all is well.
    public let problem: String?

    public init(gpus: [GPUSummary], problem: String? = nil) {
        self.gpus = gpus
        self.problem = problem
    }
}

/// One GPU, or one MIG device of a GPU.
public struct GPUSummary: Codable, Sendable, Equatable {
    /// Its UUID: `GPU-…` or `MIG-…`.
    public let id: String
    /// The model, such as “NVIDIA A100-SXM4-40GB”; the profile for a MIG device. Empty where it is not known.
    public let name: String
    /// The driver's number of the GPU; for a MIG device that of the GPU it is part of.
    public let index: Int?
    public let use: Use?
    public let holders: [Holder]

    /// How a GPU is used at present.
    public struct Use: Codable, Sendable, Equatable {
        /// Bytes.
        public let memory: Int
        /// Bytes.
        public let memoryUsed: Int
        /// Percent of the time in which a kernel ran; nil where the driver does not say.
        public let busy: Int?
        /// Degrees Celsius.
        public let temperature: Int?

        public init(memory: Int, memoryUsed: Int, busy: Int?, temperature: Int?) {
            self.memory = memory
            self.memoryUsed = memoryUsed
            self.busy = busy
            self.temperature = temperature
        }
    }

    /// One server that has it.
    public struct Holder: Codable, Sendable, Equatable {
        public let id: ServerID
        /// Whether others may have it too.
        public let shares: Bool
        /// Seconds since 1970.
        public let since: Double

        public init(id: ServerID, shares: Bool, since: Double) {
            self.id = id
            self.shares = shares
            self.since = since
        }
    }

    public init(id: String, name: String, index: Int?, use: Use?, holders: [Holder]) {
        self.id = id
        self.name = name
        self.index = index
        self.use = use
        self.holders = holders
    }
}
