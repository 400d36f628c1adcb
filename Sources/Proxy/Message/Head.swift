import Reactor

/// Where something lies in a head.
struct Slice: Equatable {
    var start: Int32 = 0
    var end: Int32 = 0

    init() {}

    init(_ range: Range<Int>) {
        start = Int32(range.lowerBound)
        end = Int32(range.upperBound)
    }

    var isEmpty: Bool { start == end }
    var range: Range<Int> { Int(start)..<Int(end) }
}

extension ByteView {
    subscript(slice: Slice) -> ByteView { self[slice.range] }
}

/// One header field, as places in the head.
struct Field: Equatable {
    var kind: FieldName
    var name: Slice
    var value: Slice
}

/// HTTP/1.0 or 1.1.
enum Version: Equatable {
    case http10, http11

    init(_ bytes: ByteView) throws(HeadRefusal) {
        if bytes.equals("HTTP/1.1") {
            self = .http11
        } else if bytes.equals("HTTP/1.0") {
            self = .http10
        } else if bytes.starts(with: "HTTP/") {
            throw .unsupportedVersion
        } else {
            throw .malformedRequestLine
        }
    }
}

/// The lines of a whole head, one after the other, without their ends.
struct HeadLines {
    private let bytes: ByteView
    private var position = 0

    /// `bytes` is a head that ``HeadScanner`` found whole. Empty lines in front are passed over.
    init(_ bytes: ByteView) {
        self.bytes = bytes
        while position + 1 < bytes.count, bytes[position] == .carriageReturn, bytes[position + 1] == .lineFeed {
            position += 2
        }
    }

    /// The next line; nil at the empty line that ends the head.
    mutating func next() -> Range<Int>? {
        guard let lineFeed = bytes.firstIndex(of: .lineFeed, from: position) else { return nil }
        let line = position..<max(position, lineFeed - 1)
        position = lineFeed + 1
        return line.isEmpty ? nil : line
    }
}

/// What both kinds of heads share: the fields, and what they say about the connection and the body.
struct HeadFields {
    private(set) var all: [Field] = []
    private(set) var contentLength: Int?
    private(set) var isChunked = false
    private(set) var saysClose = false
    private(set) var saysKeepAlive = false
    /// `Connection: upgrade` is there.
    private(set) var saysUpgrade = false
    /// `Connection` names fields besides, which are then for this hop only.
    private(set) var namesOthers = false
    private var hasEncoding = false

    /// Reads all fields of `bytes` from `lines`.
    mutating func parse(_ bytes: ByteView, _ lines: inout HeadLines, limit: Int) throws(HeadRefusal) {
        let kept = all
        self = HeadFields()
        all = kept
        all.removeAll(keepingCapacity: true)
        while let line = lines.next() {
            guard all.count < limit else { throw .tooManyFields }
            let field = try Self.parse(bytes, line: line)
            all.append(field)
            switch field.kind {
            case .connection: readConnection(bytes[field.value])
            case .contentLength: try readLength(bytes[field.value])
            case .transferEncoding: try readEncoding(bytes[field.value])
            default: break
            }
        }
        guard contentLength == nil || !hasEncoding else { throw .lengthAndEncoding }
    }

    /// The value of the only field of `kind`; more than one is refused.
    func only(_ kind: FieldName) throws(HeadRefusal) -> Slice? {
        var found: Slice?
        for field in all where field.kind == kind {
            guard found == nil else { throw .repeatedField }
            found = field.value
        }
        return found
    }

    /// The value of the first field of `kind`.
    func first(_ kind: FieldName) -> Slice? { all.first { $0.kind == kind }?.value }

    /// Whether `field` is for this hop only because `Connection` names it.
    func isNamedByConnection(_ field: Field, in bytes: ByteView) -> Bool {
        guard namesOthers else { return false }
        var isNamed = false
        for connection in all where connection.kind == .connection {
            bytes[connection.value].forEachListElement { element in
                if element.equalsIgnoringCase(bytes[field.name]) { isNamed = true }
            }
        }
        return isNamed
    }

    private static func parse(_ bytes: ByteView, line: Range<Int>) throws(HeadRefusal) -> Field {
        guard !bytes[line.lowerBound].isBlank else { throw .foldedField }
        var colon = line.lowerBound
        while colon < line.upperBound, bytes[colon].isTokenCharacter { colon += 1 }
        // A blank before the colon is refused too (RFC 9112, 5.1).
        guard colon > line.lowerBound, colon < line.upperBound, bytes[colon] == 0x3A else { throw .badFieldName }
        var start = colon + 1
        var end = line.upperBound
        while start < end, bytes[start].isBlank { start += 1 }
        while end > start, bytes[end - 1].isBlank { end -= 1 }
        let value = bytes[start..<end]
        for byte in value.raw where !byte.isFieldCharacter { throw .badFieldValue }
        let name = line.lowerBound..<colon
        return Field(kind: FieldName(bytes[name]), name: Slice(name), value: Slice(start..<end))
    }

    private mutating func readConnection(_ value: ByteView) {
        var (close, keepAlive, upgrade, others) = (saysClose, saysKeepAlive, saysUpgrade, namesOthers)
        value.forEachListElement { element in
            if element.equalsIgnoringCase("close") {
                close = true
            } else if element.equalsIgnoringCase("keep-alive") {
                keepAlive = true
            } else if element.equalsIgnoringCase("upgrade") {
                upgrade = true
            } else {
                others = true
            }
        }
        (saysClose, saysKeepAlive, saysUpgrade, namesOthers) = (close, keepAlive, upgrade, others)
    }

    private mutating func readLength(_ value: ByteView) throws(HeadRefusal) {
        guard contentLength == nil else { throw .repeatedField }
        guard let length = value.decimalNumber else { throw .badContentLength }
        contentLength = length
    }

    private mutating func readEncoding(_ value: ByteView) throws(HeadRefusal) {
        guard !hasEncoding else { throw .repeatedField }
        hasEncoding = true
        var codings = 0
        var chunked = 0
        var lastIsChunked = false
        value.forEachListElement { coding in
            codings += 1
            lastIsChunked = coding.equalsIgnoringCase("chunked")
            if lastIsChunked { chunked += 1 }
        }
        guard codings > 0, chunked <= 1, chunked == 0 || lastIsChunked else { throw .badTransferEncoding }
        guard codings == 1, lastIsChunked else { throw .unknownTransferEncoding }
        isChunked = true
    }
}

extension ByteView {
    /// Whether the bytes are those of `other` in any case of ASCII letters.
    func equalsIgnoringCase(_ other: ByteView) -> Bool {
        guard count == other.count else { return false }
        for index in 0..<count where self[index].lowercasedASCII != other[index].lowercasedASCII { return false }
        return true
    }
}
