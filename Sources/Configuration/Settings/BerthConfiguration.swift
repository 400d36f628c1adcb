/// All of `berth.yaml`. Every value has a default, so an empty file is a working one.
public struct BerthConfiguration: Sendable, Equatable {
    /// Where everything that must survive a reboot lies.
    public var state = "/var/lib/berth"
    /// Where sockets and other things lie that a reboot may take; at most 60 bytes long,
    /// because a Unix socket's path has room for 107.
    public var runtime = "/run/berth"
    /// Templates, style sheets and scripts of the pages.
    public var staticFiles = "/usr/share/berth/static"
    public var gateway = GatewayConfiguration()
    public var login = LoginConfiguration()
    public var engine = EngineConfiguration()
    public var homes = HomeConfiguration()
    /// Directories of the host that every server sees.
    public var shared: [SharedDirectory] = []
    /// Images that profiles may name. `*` at the end matches any rest.
    public var allowedImages = ["pytorch/pytorch:*"]
    /// Accounts for registries that do not show their images to everybody.
    public var registries: [RegistryConfiguration] = []
    /// What a person can choose from, in this order.
    public var profiles: [ProfileConfiguration] = [ProfileConfiguration()]
    public var servers = ServersConfiguration()
    public var gpus = GPUConfiguration()
    /// Who may have how much, the first that fits an account counts.
    public var limits: [LimitConfiguration] = []
    public var environments = EnvironmentConfiguration()
    public var hub = HubConfiguration()
    public var roles: [RoleConfiguration] = []
    public var services: [ServiceConfiguration] = []
    public var watch = WatchConfiguration()
    public var log = LogConfiguration()

    public init() {}
}
