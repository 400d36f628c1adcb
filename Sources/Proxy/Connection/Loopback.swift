import Glibc
import UnixSockets

/// Begins a TCP connection to a port of this very host (127.0.0.1), without waiting for it: until it
/// stands, reading and writing answer `EAGAIN`, and a refusal comes with the first event.
func connectToLoopback(port: UInt16) throws(SystemCallError) -> CInt {
    let subject = "127.0.0.1:\(port)"
    let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue) | CInt(SOCK_NONBLOCK.rawValue)
    let descriptor = socket(AF_INET, kind, 0)
    guard descriptor >= 0 else { throw SystemCallError("socket", on: subject) }
    var one: CInt = 1
    setsockopt(descriptor, CInt(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<CInt>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
    let code = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
    guard code == 0 || errno == EINPROGRESS else {
        let error = SystemCallError("connect", on: subject)
        close(descriptor)
        throw error
    }
    return descriptor
}
