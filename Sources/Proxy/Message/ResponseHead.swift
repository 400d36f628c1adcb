import Reactor

/// An upstream's response head (RFC 9112, 4 and 5), as places in the bytes it was read from.
struct ResponseHead {
    private(set) var status = 0
    private(set) var version = Version.http11
    /// Status code and phrase, as sent.
    private(set) var statusText = Slice()
    private(set) var fields = HeadFields()
    private(set) var framing = BodyFraming(.none)

    /// A response that only announces another (RFC 9110, 15.2).
    var isInterim: Bool { status < 200 && status != 101 }

    /// Whether the upstream takes another request on this connection once the body is over.
    var keepsAlive: Bool {
        guard !framing.endsWithConnection, status != 101 else { return false }
        return version == .http11 ? !fields.saysClose : fields.saysKeepAlive && !fields.saysClose
    }

    /// Reads `bytes`, a whole head. `isAnswerToHEAD`: there is no body, whatever the fields say.
    mutating func parse(_ bytes: ByteView, isAnswerToHEAD: Bool, fieldLimit: Int) throws(HeadRefusal) {
        var lines = HeadLines(bytes)
        guard let line = lines.next() else { throw .malformedStatusLine }
        try readStatusLine(bytes, line)
        try fields.parse(bytes, &lines, limit: fieldLimit)
        // The order is RFC 9112's, 6.3.
        if isAnswerToHEAD || status < 200 || status == 204 || status == 304 {
            framing = BodyFraming(.none)
        } else if fields.isChunked {
            guard version == .http11 else { throw .badTransferEncoding }
            framing = BodyFraming(.chunked)
        } else if let length = fields.contentLength {
            framing = BodyFraming(length > 0 ? .length(length) : .none)
        } else {
            framing = BodyFraming(.untilClose)
        }
    }

    private mutating func readStatusLine(_ bytes: ByteView, _ line: Range<Int>) throws(HeadRefusal) {
        let text = bytes[line]
        // "HTTP/1.1 200" and a phrase that may be missing, with or without its space.
        guard text.count >= 12, text[8] == 0x20 else { throw .malformedStatusLine }
        do {
            version = try Version(text[0..<8])
        } catch {
            throw .malformedStatusLine
        }
        guard let code = text[9..<12].decimalNumber, code >= 100, code < 600,
            text.count == 12 || text[12] == 0x20
        else { throw .malformedStatusLine }
        for byte in text.raw where !byte.isFieldCharacter { throw .malformedStatusLine }
        status = code
        statusText = Slice(line.lowerBound + 9..<line.upperBound)
    }
}
