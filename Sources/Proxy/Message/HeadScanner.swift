import Reactor

/// Finds the end of a head in bytes that come in pieces; looks at each byte once.
///
/// The head is parsed when it is whole, so how it was cut into pieces can't matter.
struct HeadScanner {
    enum Result: Equatable {
        case incomplete
        /// The head, with its closing empty line, has so many bytes.
        case complete(Int)
        case refused(HeadRefusal)
    }

    /// Where the present line begins.
    private var lineStart = 0
    /// Everything before is known to hold no end of a line.
    private var scanned = 0
    /// Whether a line that is not empty was seen.
    private var hasBegun = false

    /// Looks at `bytes`, which begins with what the last call saw. `limit` is the most
    /// bytes a head may have.
    mutating func scan(_ bytes: ByteView, limit: Int) -> Result {
        let end = min(bytes.count, limit)
        let visible = bytes[0..<end]
        while let lineFeed = visible.firstIndex(of: .lineFeed, from: scanned) {
            guard lineFeed > 0, visible[lineFeed - 1] == .carriageReturn else { return .refused(.bareLineFeed) }
            let isEmpty = lineFeed - 1 == lineStart
            scanned = lineFeed + 1
            lineStart = scanned
            if !isEmpty {
                hasBegun = true
            } else if hasBegun {
                return .complete(scanned)
            }
            // Empty lines before the first line are passed over (RFC 9112, 2.2).
        }
        scanned = end
        return bytes.count >= limit ? .refused(.headTooLarge) : .incomplete
    }

    /// Forgets the last head; the next begins at the front of the next bytes.
    mutating func reset() { self = HeadScanner() }
}
