/// Where things lie under ``state`` and ``runtime``.
extension BerthConfiguration {
    /// The launcher's socket.
    public var launcherSocket: String { runtime + "/launcher.sock" }
    /// The hub's private socket, in a directory of the gateway's own.
    public var hubSocket: String { runtime + "/gateway/hub.sock" }
    /// The log of who did what, written by the gateway.
    public var auditLog: String { state + "/gateway/audit.log" }
    /// The gateway's database, in a directory of the gateway's own.
    public var database: String { state + "/gateway/berth.sqlite" }
    /// Who waits for a GPU, kept by the gateway for the one that comes after it.
    public var waitingStarts: String { state + "/gateway/waiting.json" }
}
