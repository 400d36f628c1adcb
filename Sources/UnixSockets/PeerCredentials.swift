import CLinux
import Glibc

/// Who is on the other end of a connected Unix socket, as the kernel noted it when the
/// connection was made (`SO_PEERCRED`, unix(7)). On the connecting side that is the
/// process that called `listen`.
public struct PeerCredentials: Sendable, Equatable {
    public let pid: pid_t
    public let uid: uid_t
    public let gid: gid_t

    /// Asks the kernel about the peer of `socket`.
    public init(of socket: CInt) throws(SystemCallError) {
        var credentials = linux_ucred()
        var length = socklen_t(MemoryLayout<linux_ucred>.size)
        guard getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &length) == 0 else {
            throw SystemCallError("getsockopt(SO_PEERCRED)")
        }
        pid = credentials.pid
        uid = credentials.uid
        gid = credentials.gid
    }
}
