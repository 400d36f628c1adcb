import Reactor

/// A request's head (RFC 9112, 3 and 5), as places in the bytes it was read from. One
/// value is used for request after request, so that its array grows once.
struct RequestHead {
    enum Method: Equatable {
        case get, head, options, post, put, patch, delete, other

        /// RFC 9110, 9.2.1: asks for nothing to be changed.
        var isSafe: Bool { self == .get || self == .head || self == .options }
        /// RFC 9110, 9.2.2: doing it twice is doing it once.
        var isIdempotent: Bool { isSafe || self == .put || self == .delete }
    }

    private(set) var method = Method.get
    private(set) var methodName = Slice()
    /// Path and query as the client wrote them; begins with `/`, or is `*`.
    private(set) var target = Slice()
    private(set) var version = Version.http11
    private(set) var host: Slice?
    private(set) var fields = HeadFields()
    private(set) var framing = BodyFraming(.none)
    /// The protocol that the client wants to change to; nil where it does not, or may not.
    private(set) var upgrade: Slice?

    /// Whether the client will send another request on this connection.
    var keepsAlive: Bool {
        version == .http11 ? !fields.saysClose : fields.saysKeepAlive && !fields.saysClose
    }

    /// Reads `bytes`, a whole head found by ``HeadScanner``.
    mutating func parse(_ bytes: ByteView, fieldLimit: Int) throws(HeadRefusal) {
        var lines = HeadLines(bytes)
        guard let line = lines.next() else { throw .malformedRequestLine }
        let rawTarget = try readRequestLine(bytes, line)
        try fields.parse(bytes, &lines, limit: fieldLimit)
        try readFraming()
        try readHost(bytes)
        try readTarget(bytes, rawTarget)
        for kind in [FieldName.authorization, .origin, .secFetchSite, .secFetchMode] { _ = try fields.only(kind) }
        upgrade = readUpgrade(bytes)
    }

    private mutating func readRequestLine(_ bytes: ByteView, _ line: Range<Int>) throws(HeadRefusal) -> Range<Int> {
        let text = bytes[0..<line.upperBound]
        guard let first = text.firstIndex(of: 0x20, from: line.lowerBound),
            let second = text.firstIndex(of: 0x20, from: first + 1),
            first > line.lowerBound, second > first + 1
        else { throw .malformedRequestLine }
        for index in line.lowerBound..<first where !bytes[index].isTokenCharacter { throw .malformedRequestLine }
        version = try Version(bytes[second + 1..<line.upperBound])
        methodName = Slice(line.lowerBound..<first)
        method = try Self.method(bytes[methodName])
        return first + 1..<second
    }

    private static func method(_ name: ByteView) throws(HeadRefusal) -> Method {
        if name.equals("GET") { return .get }
        if name.equals("POST") { return .post }
        if name.equals("PUT") { return .put }
        if name.equals("PATCH") { return .patch }
        if name.equals("DELETE") { return .delete }
        if name.equals("HEAD") { return .head }
        if name.equals("OPTIONS") { return .options }
        // The one asks for a tunnel to anywhere, the other for an echo of its cookies.
        if name.equals("CONNECT") || name.equals("TRACE") { throw .unsupportedMethod }
        return .other
    }

    private mutating func readFraming() throws(HeadRefusal) {
        if fields.isChunked {
            guard version == .http11 else { throw .badTransferEncoding }
            framing = BodyFraming(.chunked)
        } else if let length = fields.contentLength, length > 0 {
            framing = BodyFraming(.length(length))
        } else {
            framing = BodyFraming(.none)
        }
    }

    private mutating func readHost(_ bytes: ByteView) throws(HeadRefusal) {
        host = nil
        for field in fields.all where field.kind == .host {
            guard host == nil else { throw .badHost }
            host = field.value
        }
        guard let host else {
            guard version == .http10 else { throw .missingHost }
            return
        }
        let value = bytes[host]
        guard !value.isEmpty, value.count <= 262 else { throw .badHost }
        for byte in value.raw where !byte.isHostCharacter { throw .badHost }
    }

    /// Takes origin-form and asterisk-form as they are, and the path out of an
    /// absolute-form whose authority is the Host's (RFC 9112, 3.2).
    private mutating func readTarget(_ bytes: ByteView, _ range: Range<Int>) throws(HeadRefusal) {
        let raw = bytes[range]
        for byte in raw.raw where !byte.isTargetCharacter { throw .malformedTarget }
        if raw[0] == 0x2F || (raw.equals("*") && method == .options) {
            target = Slice(range)
            return
        }
        let authority = raw.startsIgnoringCase("https://") ? 8 : raw.startsIgnoringCase("http://") ? 7 : 0
        guard authority > 0, let path = raw.firstIndex(of: 0x2F, from: authority), let host,
            raw[authority..<path].equalsIgnoringCase(bytes[host])
        else { throw .malformedTarget }
        target = Slice(range.lowerBound + path..<range.upperBound)
    }

    /// HTTP/2 is no protocol to change to: whoever speaks it through a tunnel writes heads
    /// that nobody looks at.
    private func readUpgrade(_ bytes: ByteView) -> Slice? {
        guard version == .http11, fields.saysUpgrade, framing.isComplete, let value = fields.first(.upgrade),
            !bytes[value].isEmpty, !bytes[value].listContains("h2c"), !bytes[value].listContains("h2")
        else { return nil }
        return value
    }
}
