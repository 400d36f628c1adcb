/// A host and a port, as a URL or a request names them.
public struct Destination: Sendable, Hashable, CustomStringConvertible {
    /// In lower case, without brackets and without a closing dot: `pypi.org`, `::1`.
    public let host: String
    public let port: UInt16

    /// Nil where `authority` is no `HOST` or `HOST:PORT`, or has no port and there is no usual one. User names and
    /// passwords are refused: what stands before an `@` looks like the host and isn't.
    public init?(authority: some StringProtocol, usualPort: UInt16? = nil) {
        var host = authority[...]
        var port = usualPort
        let isBracketed = host.hasPrefix("[")
        if let colon = host.lastIndex(of: ":"), !isBracketed || host[..<colon].hasSuffix("]") {
            let digits = host[host.index(after: colon)...]
            guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), let number = UInt16(digits), number > 0 else { return nil }
            port = number
            host = host[..<colon]
        }
        guard let port, let name = isBracketed ? Self.addressInBrackets(host) : Self.name(host) else { return nil }
        self.host = name
        self.port = port
    }

    /// As it stands in a URL or a `CONNECT` line.
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// Where every `http` and `https` URL in a text leads, whatever stands around it; `git+https` counts too.
    public static func named(in text: String) -> [Destination] {
        var found: [Destination] = []
        var rest = text[...]
        while let mark = rest.firstRange(of: "://") {
            let before = rest[..<mark.lowerBound]
            let scheme = before.suffix(before.reversed().prefix { $0.isASCII && $0.isLetter }.count).lowercased()
            rest = rest[mark.upperBound...]
            guard let port: UInt16 = ["http": 80, "https": 443][scheme] else { continue }
            let authority = rest.prefix { !$0.isWhitespace && !"/?#\"'<>,;\\".contains($0) }
            let host = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
            if let destination = Destination(authority: host, usualPort: port) { found.append(destination) }
        }
        return found
    }

    /// A DNS name or an IPv4 address; underscores do occur.
    static func name(_ text: some StringProtocol) -> String? {
        let name = text.hasSuffix(".") ? String(text.dropLast()) : String(text)
        guard (1...253).contains(name.utf8.count), name.utf8.allSatisfy({ isLetterOrDigit($0) || "-._".utf8.contains($0) }),
            !name.hasPrefix("-"), !name.hasPrefix(".")
        else { return nil }
        return name.lowercased()
    }

    private static func addressInBrackets(_ text: some StringProtocol) -> String? {
        guard text.hasPrefix("["), text.hasSuffix("]") else { return nil }
        let address = text.dropFirst().dropLast()
        guard (2...45).contains(address.utf8.count), address.utf8.allSatisfy({ isLetterOrDigit($0) || ":.".utf8.contains($0) }),
            address.contains(":")
        else { return nil }
        return address.lowercased()
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}
