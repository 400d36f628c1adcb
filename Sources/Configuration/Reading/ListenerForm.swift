import Glibc
import YAML

extension ValueForm where Value == String {
    /// An IPv4 or IPv6 address, as clients are known by.
    static let address = text.accepting("an IP address such as 127.0.0.1 or 2001:db8::7") { text in
        var four = in_addr()
        var six = in6_addr()
        return inet_pton(AF_INET, text, &four) == 1 || inet_pton(AF_INET6, text, &six) == 1
    }
}

extension ValueForm where Value == GatewayConfiguration.Listener {
    /// `https://ADDRESS:PORT`, `http://LOOPBACK:PORT`, `redirect://ADDRESS:PORT` or `unix:PATH`.
    static let listener = ValueForm(
        read: { node, reading in
            let text = node.scalar?.text ?? ""
            if text.hasPrefix("unix:"), text.count > 5 {
                let path = reading.absolute(String(text.dropFirst(5)))
                guard path.utf8.count <= 107 else {
                    reading.report(
                        "The socket's path has \(path.utf8.count) bytes, and the kernel takes 107.",
                        "Choose a shorter path.", at: node.mark)
                    return nil
                }
                return .unix(path: path)
            }
            guard let (scheme, address, port) = parts(of: text) else {
                reading.expected(
                    "https://ADDRESS:PORT, redirect://ADDRESS:PORT, http://127.0.0.1:PORT or unix:/PATH", at: node)
                return nil
            }
            switch scheme {
            case "https": return .https(address: address, port: port)
            case "redirect": return .redirect(address: address, port: port)
            default:
                guard isLoopback(address) else {
                    reading.report(
                        "Plain http on \(address) would send passwords through the network unprotected.",
                        "Use https://, or http:// on a loopback address, or unix:PATH behind a proxy on this host.",
                        at: node.mark)
                    return nil
                }
                return .http(address: address, port: port)
            }
        },
        write: { listener in
            switch listener {
            case .https(let address, let port): quoted("https://\(bracketed(address)):\(port)")
            case .http(let address, let port): quoted("http://\(bracketed(address)):\(port)")
            case .redirect(let address, let port): quoted("redirect://\(bracketed(address)):\(port)")
            case .unix(let path): quoted("unix:\(path)")
            }
        })

    private static func parts(of text: String) -> (scheme: String, address: String, port: UInt16)? {
        guard let scheme = ["https", "http", "redirect"].first(where: { text.hasPrefix($0 + "://") }) else { return nil }
        let rest = text.dropFirst(scheme.count + 3)
        guard let colon = rest.lastIndex(of: ":"), let port = UInt16(rest[rest.index(after: colon)...]), port > 0 else {
            return nil
        }
        var address = String(rest[..<colon])
        if address == "localhost" { address = "127.0.0.1" }
        if address.hasPrefix("["), address.hasSuffix("]") {
            address = String(address.dropFirst().dropLast())
            var binary = in6_addr()
            return inet_pton(AF_INET6, address, &binary) == 1 ? (scheme, address, port) : nil
        }
        var binary = in_addr()
        return inet_pton(AF_INET, address, &binary) == 1 ? (scheme, address, port) : nil
    }

    private static func isLoopback(_ address: String) -> Bool { address.hasPrefix("127.") || address == "::1" }

    private static func bracketed(_ address: String) -> String { address.contains(":") ? "[\(address)]" : address }
}
