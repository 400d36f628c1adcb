/// Bytes in, lines out. Memory is bounded: a longer line is cut.
struct LineSplitter {
    private let limit: Int
    private var partial: [UInt8] = []

    /// - Parameter limit: bytes of the longest line.
    init(limit: Int = 64 << 10) { self.limit = limit }

    mutating func append(_ bytes: ArraySlice<UInt8>) -> [String] {
        var lines: [String] = []
        var rest = bytes
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            partial += rest[..<end]
            lines += finish(atLineEnd: true)
            rest = rest[rest.index(after: end)...]
        }
        partial += rest
        if partial.count >= limit { lines += finish() }
        return lines
    }

    /// What came after the last line's end.
    mutating func finish() -> [String] { finish(atLineEnd: false) }

    private mutating func finish(atLineEnd: Bool) -> [String] {
        defer { partial = [] }
        if partial.isEmpty && !atLineEnd { return [] }
        if atLineEnd && partial.last == UInt8(ascii: "\r") { partial.removeLast() }
        return [String(decoding: partial, as: UTF8.self)]
    }
}
