import Reactor

/// The peer broke the framing of a body.
struct FramingError: Error, Equatable {}

/// Finds the end of a body in bytes that come in pieces and pass through untouched
/// (RFC 9112, 6 and 7).
struct BodyFraming: Equatable {
    enum Kind: Equatable {
        case none
        /// So many bytes are still to come.
        case length(Int)
        case chunked
        /// All until the connection ends; also a tunnel.
        case untilClose
    }

    private var kind: Kind
    private var chunks = ChunkedFraming()

    init(_ kind: Kind) { self.kind = kind }

    /// Whether the body is over. One that ends with its connection never is.
    var isComplete: Bool {
        switch kind {
        case .none: true
        case .length(let rest): rest == 0
        case .chunked: chunks.isComplete
        case .untilClose: false
        }
    }

    var endsWithConnection: Bool { kind == .untilClose }

    /// Looks at the next `bytes` and returns how many of them, from the first on, belong to the body.
    mutating func consume(_ bytes: ByteView) throws(FramingError) -> Int {
        switch kind {
        case .none: return 0
        case .length(let rest):
            let count = min(rest, bytes.count)
            kind = .length(rest - count)
            return count
        case .chunked: return try chunks.consume(bytes)
        case .untilClose: return bytes.count
        }
    }
}
