import NIOCore

/// Takes the head of a CGI response (RFC 3875, 6.2) from what comes, piece by piece.
struct CGIHead {
    /// The status; 200 where the program names none.
    private(set) var status = 200
    private(set) var isComplete = false
    private var line: [UInt8] = []
    private var length = 0

    /// What came is no such head.
    struct Malformed: Error {}

    private enum Bound {
        static let length = 16 << 10
    }

    /// Takes as much of `bytes` as belongs to the head; what is left is the body's.
    mutating func take(_ bytes: inout ByteBuffer) throws(Malformed) {
        while !isComplete, let byte = bytes.readInteger(as: UInt8.self) {
            length += 1
            guard length <= Bound.length else { throw Malformed() }
            guard byte == UInt8(ascii: "\n") else {
                line.append(byte)
                continue
            }
            if line.last == UInt8(ascii: "\r") { line.removeLast() }
            try end()
        }
    }

    private mutating func end() throws(Malformed) {
        defer { line = [] }
        if line.isEmpty { return isComplete = true }
        let parts = String(decoding: line, as: UTF8.self).split(separator: ":", maxSplits: 1)
        guard parts.count == 2 else { throw Malformed() }
        guard parts[0].lowercased() == "status" else { return }
        guard let number = parts[1].split(separator: " ").first.flatMap({ Int($0) }) else { throw Malformed() }
        status = number
    }
}
