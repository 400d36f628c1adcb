import Glibc

/// Binds and listens on `address`, not blocking, close-on-exec; the caller owns the
/// descriptor. A port that a former process of ours left in `TIME_WAIT` is taken over.
public func listenOnTCP(_ address: SocketAddress, backlog: CInt = 1024) throws(ReactorError) -> CInt {
    var (storage, length) = address.kernelForm
    let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue) | CInt(SOCK_NONBLOCK.rawValue)
    let descriptor = socket(CInt(storage.ss_family), kind, 0)
    guard descriptor >= 0 else { throw ReactorError("socket") }
    set(SO_REUSEADDR, of: SOL_SOCKET, to: 1, on: descriptor)
    let bound = withUnsafePointer(to: &storage) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
    }
    guard bound == 0 else {
        let error = ReactorError("bind", on: address.description)
        close(descriptor)
        throw error
    }
    guard listen(descriptor, backlog) == 0 else {
        let error = ReactorError("listen", on: address.description)
        close(descriptor)
        throw error
    }
    return descriptor
}

/// Where `descriptor` is bound; nil where that is not an IP address.
public func boundAddress(of descriptor: CInt) -> SocketAddress? {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let code = withUnsafeMutablePointer(to: &storage) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
    }
    return code == 0 ? SocketAddress(storage) : nil
}

/// Sets an option with an integer's value; an option that the socket's kind does not know is no harm.
func set(_ option: CInt, of level: CInt, to value: CInt, on descriptor: CInt) {
    var value = value
    setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<CInt>.size))
}
