import CLinux
import Glibc

/// Accepts connections from a listening socket that several loops may share.
///
/// When the process is out of descriptors it waits a moment instead of spinning.
public final class Acceptor: EventSource {
    private unowned let loop: EventLoop
    private let accepted: (CInt, SocketAddress?) -> Void
    /// So that one loop does not take a whole burst while others sleep.
    private static let connectionsARound = 16

    /// `accepted` gets each connection's descriptor, not blocking and close-on-exec, and
    /// owns it; the address is nil on a Unix socket. The listening socket stays the caller's.
    public init(loop: EventLoop, listening descriptor: CInt, accepted: @escaping (CInt, SocketAddress?) -> Void) {
        self.loop = loop
        self.accepted = accepted
        super.init(descriptor: descriptor)
    }

    public override func ready(_ events: ReadyEvents) { acceptSome() }

    public override func deadlinePassed() {
        do throws(ReactorError) {
            try loop.resume(self, shared: true)
        } catch {
            loop.setDeadline(of: self, after: 0.1)
        }
    }

    private func acceptSome() {
        for _ in 0..<Self.connectionsARound {
            var storage = sockaddr_storage()
            var length = UInt32(MemoryLayout<sockaddr_storage>.size)
            let connection = withUnsafeMutablePointer(to: &storage) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    accept4(
                        descriptor, $0, &length, CInt(SOCK_NONBLOCK.rawValue) | CInt(SOCK_CLOEXEC.rawValue))
                }
            }
            guard connection >= 0 else { return accepting(failed: errno) }
            let address = SocketAddress(storage)
            if address != nil { prepareTCP(connection) }
            accepted(connection, address)
        }
    }

    private func accepting(failed code: CInt) {
        switch code {
        case EMFILE, ENFILE, ENOBUFS, ENOMEM:
            loop.suspend(self)
            loop.setDeadline(of: self, after: 0.1)
        default: return
        }
    }

    /// No delay for small answers; a peer that vanished without a word is noticed in two minutes.
    private func prepareTCP(_ connection: CInt) {
        set(TCP_NODELAY, of: CInt(IPPROTO_TCP), to: 1, on: connection)
        set(SO_KEEPALIVE, of: SOL_SOCKET, to: 1, on: connection)
        set(TCP_KEEPIDLE, of: CInt(IPPROTO_TCP), to: 60, on: connection)
        set(TCP_KEEPINTVL, of: CInt(IPPROTO_TCP), to: 15, on: connection)
        set(TCP_KEEPCNT, of: CInt(IPPROTO_TCP), to: 4, on: connection)
        set(TCP_USER_TIMEOUT, of: CInt(IPPROTO_TCP), to: 120_000, on: connection)
    }
}
