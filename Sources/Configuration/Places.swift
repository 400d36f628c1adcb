/// Where things lie under ``state`` and ``runtime``.
extension BerthConfiguration {
    /// The launcher's socket.
    public var launcherSocket: String { runtime + "/launcher.sock" }
    /// The hub's private socket, in a directory of the gateway's own.
    public var hubSocket: String { runtime + "/gateway/hub.sock" }
    /// The directory of the socket by which servers reach the API; containers see it.
    public var apiDirectory: String { runtime + "/api" }
    /// That socket.
    public var apiSocket: String { apiDirectory + "/hub.sock" }
    /// Whether there are servers that ask the hub.
    public var hasHubClients: Bool { profiles.contains { $0.server == .singleuser } }
    /// The log of who did what, written by the gateway.
    public var auditLog: String { state + "/gateway/audit.log" }
    /// The gateway's database, in a directory of the gateway's own.
    public var database: String { state + "/gateway/berth.sqlite" }
    /// Who waits for a GPU, kept by the gateway for the one that comes after it.
    public var waitingStarts: String { state + "/gateway/waiting.json" }
}
