import Glibc

/// Binds and listens on a Unix stream socket at `path`, replacing a stale one.
///
/// The socket is made under an umask that lets nobody else connect before `mode` and
/// `group` are set. Returns a close-on-exec descriptor that the caller owns.
public func listenOnUnixSocket(
    at path: String, mode: mode_t, group: gid_t? = nil, backlog: CInt = 512, nonBlocking: Bool = false
) throws(SystemCallError) -> CInt {
    let kind =
        CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        | (nonBlocking ? CInt(SOCK_NONBLOCK.rawValue) : 0)
    let descriptor = socket(AF_UNIX, kind, 0)
    guard descriptor >= 0 else { throw SystemCallError("socket") }
    do throws(SystemCallError) {
        _ = unlink(path)
        try withUnixAddress(path) { address, length throws(SystemCallError) in
            guard bind(descriptor, address, length) == 0 else { throw SystemCallError("bind", on: path) }
        }
        // Nobody can connect before listen, so the rights are set between the two.
        if let group, chown(path, uid_t.max, group) != 0 { throw SystemCallError("chown", on: path) }
        guard chmod(path, mode) == 0 else { throw SystemCallError("chmod", on: path) }
        guard listen(descriptor, backlog) == 0 else { throw SystemCallError("listen", on: path) }
        return descriptor
    } catch {
        close(descriptor)
        throw error
    }
}
