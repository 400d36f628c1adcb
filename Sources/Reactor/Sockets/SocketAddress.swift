import Glibc

/// An IPv4 or IPv6 address and a port.
public struct SocketAddress: Sendable, Equatable, CustomStringConvertible {
    /// The address in its usual form, without brackets: `127.0.0.1`, `::1`.
    public let host: String
    public let port: UInt16
    private let isIPv6: Bool

    /// Nil where `host` is not an address in numbers; `localhost` stands for `127.0.0.1`.
    public init?(host: String, port: UInt16) {
        let bare = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        let numeric = bare == "localhost" ? "127.0.0.1" : bare
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, numeric, &four) == 1 {
            isIPv6 = false
        } else if inet_pton(AF_INET6, numeric, &six) == 1 {
            isIPv6 = true
        } else {
            return nil
        }
        self.host = numeric
        self.port = port
    }

    /// From the kernel's form; nil for a Unix socket's.
    init?(_ storage: sockaddr_storage) {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        var storage = storage
        switch CInt(storage.ss_family) {
        case AF_INET:
            isIPv6 = false
            port = withUnsafeMutableBytes(of: &storage) { bytes in
                let address = bytes.load(as: sockaddr_in.self)
                var host = address.sin_addr
                inet_ntop(AF_INET, &host, &text, socklen_t(text.count))
                return UInt16(bigEndian: address.sin_port)
            }
        case AF_INET6:
            isIPv6 = true
            port = withUnsafeMutableBytes(of: &storage) { bytes in
                let address = bytes.load(as: sockaddr_in6.self)
                var host = address.sin6_addr
                inet_ntop(AF_INET6, &host, &text, socklen_t(text.count))
                return UInt16(bigEndian: address.sin6_port)
            }
        default: return nil
        }
        let host = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        // An IPv4 client of a socket that listens for both kinds.
        self.host = host.hasPrefix("::ffff:") && host.contains(".") ? String(host.dropFirst(7)) : host
    }

    public var isLoopback: Bool { isIPv6 ? host == "::1" : host.hasPrefix("127.") }

    public var description: String { isIPv6 && host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// The kernel's form and its length.
    var kernelForm: (sockaddr_storage, socklen_t) {
        var storage = sockaddr_storage()
        let length = withUnsafeMutableBytes(of: &storage) { bytes -> Int in
            if isIPv6 {
                var address = sockaddr_in6()
                address.sin6_family = sa_family_t(AF_INET6)
                address.sin6_port = port.bigEndian
                inet_pton(AF_INET6, host, &address.sin6_addr)
                bytes.storeBytes(of: address, as: sockaddr_in6.self)
                return MemoryLayout<sockaddr_in6>.size
            }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            inet_pton(AF_INET, host, &address.sin_addr)
            bytes.storeBytes(of: address, as: sockaddr_in.self)
            return MemoryLayout<sockaddr_in>.size
        }
        return (storage, socklen_t(length))
    }
}
