import Glibc

/// Which addresses are of the internet at large, and none of this host or of the networks around it
/// (IANA's special-purpose registries, RFC 6890).
public enum PublicAddress {
    private static let special4: [(UInt32, Int)] = [
        (0x0000_0000, 8), (0x0A00_0000, 8), (0x6440_0000, 10), (0x7F00_0000, 8), (0xA9FE_0000, 16), (0xAC10_0000, 12),
        (0xC000_0000, 24), (0xC000_0200, 24), (0xC058_6300, 24), (0xC0A8_0000, 16), (0xC612_0000, 15), (0xC633_6400, 24),
        (0xCB00_7100, 24), (0xE000_0000, 4), (0xF000_0000, 4),
    ]

    /// Whether an IPv4 address, as a number, is public.
    static func isPublic(_ address: UInt32) -> Bool {
        !special4.contains { network, bits in address >> (32 - bits) == network >> (32 - bits) }
    }

    /// Whether an IPv6 address of 16 bytes is public: of 2000::/3, and neither documentation nor a tunnel
    /// that has another address in it.
    static func isPublic(_ address: [UInt8]) -> Bool {
        guard address.count == 16, address[0] >> 5 == 1 else { return false }
        let isTeredo = address[0...3] == [0x20, 0x01, 0, 0], isDocumentation = address[0...3] == [0x20, 0x01, 0x0D, 0xB8]
        return !isTeredo && !isDocumentation && address[0...1] != [0x20, 0x02]
    }

    /// All addresses of a host, in numbers, and whether each is public and none of this host's own; empty where it
    /// has none. **Blocks.**
    public static func look(up host: String) -> [(text: String, isPublic: Bool)] {
        var hints = addrinfo()
        hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        let own = ofThisHost()
        var found: [(String, Bool)] = []
        var next = list
        while let entry = next {
            next = entry.pointee.ai_next
            guard let address = entry.pointee.ai_addr, let text = text(of: address) else { continue }
            found.append((text, isPublic(address) && !own.contains(text)))
        }
        return found
    }

    /// What the interfaces of this host have; a public address of its own leads to services that listen for it alone.
    private static func ofThisHost() -> Set<String> {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return [] }
        defer { freeifaddrs(list) }
        var found: Set<String> = []
        var next = list
        while let entry = next {
            next = entry.pointee.ifa_next
            if let address = entry.pointee.ifa_addr, let text = text(of: address) { found.insert(text) }
        }
        return found
    }

    /// The address in numbers; nil for what is no address of IP.
    private static func text(of address: UnsafePointer<sockaddr>) -> String? {
        let length: Int
        switch CInt(address.pointee.sa_family) {
        case AF_INET: length = MemoryLayout<sockaddr_in>.size
        case AF_INET6: length = MemoryLayout<sockaddr_in6>.size
        default: return nil
        }
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        guard getnameinfo(address, socklen_t(length), &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0 else { return nil }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private static func isPublic(_ address: UnsafeMutablePointer<sockaddr>) -> Bool {
        switch CInt(address.pointee.sa_family) {
        case AF_INET:
            address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { isPublic(UInt32(bigEndian: $0.pointee.sin_addr.s_addr)) }
        case AF_INET6:
            address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { pointer in
                withUnsafeBytes(of: pointer.pointee.sin6_addr) { isPublic([UInt8]($0)) }
            }
        default: false
        }
    }
}
