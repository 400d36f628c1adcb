/// Git's framing: four hexadecimal digits of length, themselves included, and the content (gitprotocol-common(5)).
enum PacketLine {
    /// Ends a list.
    static let flush = Array("0000".utf8)

    /// A line, or nil for one that is longer than the form has room for.
    static func line(_ text: String) -> [UInt8]? {
        let bytes = Array(text.utf8)
        guard bytes.count <= 65_516 else { return nil }
        let digits = String(bytes.count + 4, radix: 16)
        return Array(String(repeating: "0", count: 4 - digits.count).utf8) + Array(digits.utf8) + bytes
    }

    /// Reads one after the other out of what came so far.
    struct Reader {
        enum Item: Equatable {
            case line(String)
            case flush
        }

        /// What came is no packet line.
        struct Malformed: Error {}

        private var bytes: [UInt8] = []

        /// Takes more in.
        mutating func feed(_ more: some Sequence<UInt8>) { bytes += more }

        /// The next one, without the line feed at its end; nil until all of it is there.
        mutating func next() throws(Malformed) -> Item? {
            guard bytes.count >= 4 else { return nil }
            guard let length = Int(String(decoding: bytes[..<4], as: UTF8.self), radix: 16), length == 0 || length >= 4 else {
                throw Malformed()
            }
            if length == 0 {
                bytes.removeFirst(4)
                return .flush
            }
            guard bytes.count >= length else { return nil }
            var content = bytes[4..<length]
            if content.last == UInt8(ascii: "\n") { content.removeLast() }
            let text = String(decoding: content, as: UTF8.self)
            bytes.removeFirst(length)
            return .line(text)
        }
    }
}
