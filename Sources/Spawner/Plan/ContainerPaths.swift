import LauncherProtocol

/// Where things lie in a server's container.
enum ContainerPaths {
    /// The directory with the server's socket.
    static let socketDirectory = "/run/berth"
    /// The socket's name in it.
    static let socketName = "jupyter.sock"
    /// The directory with the API's socket, for servers that ask it. Read-only.
    static let api = "/run/berth-api"
    /// What Berth brings: start script, Jupyter's configuration. Read-only.
    static let server = "/opt/berth/server"

    /// Memory, owned by the user: connection files, kernels' sockets, locks.
    static func runtime(_ uid: UInt32) -> String { "/run/user/\(uid)" }
}
