/// One entry of `limits:`. The first whose users or groups name an account is that account's.
public struct LimitConfiguration: Sendable, Equatable {
    /// What refusals and labels call it.
    public var name = ""
    /// Accounts; with ``groups`` empty too: everybody.
    public var users: [String] = []
    public var groups: [String] = []
    /// What one server may have.
    public var oneServer = ResourceLimits()
    /// What all servers of one account may have at once.
    public var each = ResourceLimits()
    /// What all servers of all accounts with this limit may have at once.
    public var together = ResourceLimits()
    /// The GPUs that may be given to them, by UUID or index; nil for all.
    public var gpuDevices: [String]?
    public var cull = CullOverride()
    /// Bytes that the environments of one account may take; nil for what ``EnvironmentConfiguration/quota`` says.
    public var environmentQuota: Int?

    public init() {}
}

/// At most so much; nil for no limit.
public struct ResourceLimits: Sendable, Equatable {
    public var servers: Int?
    /// Bytes.
    public var memory: Int?
    /// Cores.
    public var cpus: Double?
    public var gpus: Int?

    public init() {}
}
