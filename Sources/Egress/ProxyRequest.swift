/// What a client asks of an HTTP proxy (RFC 9110, RFC 9112): a tunnel, or to pass one request on.
struct ProxyRequest: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        case tunnel
        case request(Request)
    }

    /// A request in absolute form, taken apart.
    struct Request: Sendable, Equatable {
        let method: String
        /// With its query.
        let path: String
        /// Without those that concern the connection and the proxy alone, and without `Host`.
        let fields: [String]
        /// Bytes that follow the head.
        let body: Int
    }

    let destination: Destination
    let kind: Kind

    /// Bytes that a head may have.
    static let longestHead = 16_384

    /// Reads the head that `bytes` begin with; nil where more of it has to come. What follows `length` is the body's
    /// or the tunnel's.
    static func read(_ bytes: [UInt8]) throws(EgressRefusal) -> (request: ProxyRequest, length: Int)? {
        guard let length = lengthOfHead(bytes) else {
            if bytes.count >= longestHead { throw .malformed("its head is longer than \(longestHead) bytes") }
            return nil
        }
        guard length <= longestHead else { throw .malformed("its head is longer than \(longestHead) bytes") }
        let lines = try lines(of: bytes[..<(length - 2)])
        return (try ProxyRequest(lines), length)
    }

    private init(_ lines: [String]) throws(EgressRefusal) {
        let words = (lines.first ?? "").split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 3, words[2] == "HTTP/1.1" || words[2] == "HTTP/1.0", Self.isToken(words[0]) else {
            throw .malformed("its first line")
        }
        if words[0] == "CONNECT" {
            guard let destination = Destination(authority: words[1]) else { throw .malformed("CONNECT without HOST:PORT") }
            self.destination = destination
            kind = .tunnel
            return
        }
        guard words[1].lowercased().hasPrefix("http://") else { throw .malformed("its target is no http:// URL") }
        let rest = words[1].dropFirst("http://".count)
        let authority = rest.prefix { !"/?#".contains($0) }
        guard let destination = Destination(authority: authority, usualPort: 80) else { throw .malformed("the host of its URL") }
        let path = rest[authority.endIndex...].prefix { $0 != "#" }
        let (fields, body) = try Self.passedOn(lines.dropFirst())
        self.destination = destination
        kind = .request(
            Request(method: String(words[0]), path: path.hasPrefix("/") ? String(path) : "/" + path, fields: fields, body: body))
    }

    /// The fields that go on, and the length of the body that they tell.
    private static func passedOn(_ lines: ArraySlice<String>) throws(EgressRefusal) -> (fields: [String], body: Int) {
        var dropped: Set = ["connection", "keep-alive", "upgrade", "te", "trailer", "host"]
        var fields: [(name: String, value: String)] = []
        for line in lines {
            guard let colon = line.firstIndex(of: ":"), isToken(line[..<colon]) else { throw .malformed("a header line") }
            let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            fields.append((line[..<colon].lowercased(), String(value)))
        }
        for (name, value) in fields where name == "connection" {
            dropped.formUnion(value.lowercased().split { $0 == "," || $0 == " " }.map(String.init))
        }
        let lengths = fields.filter { $0.name == "content-length" }
        guard !fields.contains(where: { $0.name == "transfer-encoding" }), lengths.count <= 1 else {
            throw .malformed("its body has no plain length")
        }
        var body = 0
        if let text = lengths.first?.value {
            guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text) else { throw .malformed("Content-Length") }
            body = number
            dropped.remove("content-length")
        }
        let kept = fields.filter { !dropped.contains($0.name) && !$0.name.hasPrefix("proxy-") }
        return (kept.map { "\($0.name): \($0.value)" }, body)
    }

    /// Up to and with the empty line; nil where that hasn't come.
    private static func lengthOfHead(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 4 else { return nil }
        for end in 4...bytes.count where bytes[end - 1] == 10 && bytes[end - 2] == 13 && bytes[end - 3] == 10 && bytes[end - 4] == 13 {
            return end
        }
        return nil
    }

    /// Each line without its end. A line feed or carriage return alone would be a line's end to some, and not to others.
    private static func lines(of head: ArraySlice<UInt8>) throws(EgressRefusal) -> [String] {
        var lines: [String] = []
        var line: [UInt8] = []
        var position = head.startIndex
        while position < head.endIndex {
            let byte = head[position]
            if byte == 13, position + 1 < head.endIndex, head[position + 1] == 10 {
                lines.append(String(decoding: line, as: UTF8.self))
                line = []
                position += 2
            } else if (32...126).contains(byte) || byte == 9 {
                line.append(byte)
                position += 1
            } else {
                throw .malformed("a control character or a letter that isn't ASCII")
            }
        }
        return lines
    }

    private static func isToken(_ text: some StringProtocol) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || "!#$%&'*+-.^_`|~".utf8.contains(byte)
            }
    }
}

extension ProxyRequest.Request {
    /// The head as `destination` gets it, or the administrator's proxy before it.
    func head(for destination: Destination, through proxy: UpstreamProxy?) -> [UInt8] {
        let host = destination.port == 80 ? String("\(destination)".dropLast(":80".count)) : "\(destination)"
        var lines = ["\(method) \(proxy == nil ? "" : "http://" + host)\(path) HTTP/1.1", "host: \(host)"] + fields
        if let authorization = proxy?.authorization { lines.append("proxy-authorization: \(authorization)") }
        lines.append("connection: close")
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }
}
