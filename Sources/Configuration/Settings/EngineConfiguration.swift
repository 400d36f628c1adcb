/// The container engine: `engine:`.
public struct EngineConfiguration: Sendable, Equatable {
    /// The Engine API's socket: Docker's or Podman's.
    public var socket = "/var/run/docker.sock"
    /// The bridge network that servers are attached to, made where it is missing, without
    /// traffic between containers.
    public var network = "berth"
    /// Environment variables for every server.
    public var variables: [String: String] = [:]
    /// Bytes of log kept for each server.
    public var logSize = 10 << 20

    public init() {}
}

/// `homes:`.
public struct HomeConfiguration: Sendable, Equatable {
    /// The directory on the host; `{home}`, `{user}` and `{uid}` are replaced.
    public var source = "{home}"
    /// Make a missing one, owned by the account, mode 0700.
    public var create = false

    public init() {}

    /// An account's home directory on the host.
    public func path(user: String, home: String, uid: UInt32) -> String {
        source.replacing("{home}", with: home).replacing("{user}", with: user).replacing("{uid}", with: String(uid))
    }
}

/// One entry of `shared:`.
public struct SharedDirectory: Sendable, Equatable {
    public var source: String
    /// The path in the container.
    public var target: String
    public var readOnly = false

    public init(source: String, target: String, readOnly: Bool = false) {
        self.source = source
        self.target = target
        self.readOnly = readOnly
    }
}
