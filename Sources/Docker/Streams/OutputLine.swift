/// One line that a container wrote, without its end.
public struct OutputLine: Sendable, Equatable {
    /// Where it was written.
    public enum Source: Sendable, Equatable { case output, error }

    public let source: Source
    /// Bytes that are no UTF-8 are replaced; a line longer than 64 KiB comes in parts.
    public let text: String

    public init(_ source: Source, _ text: String) {
        self.source = source
        self.text = text
    }
}

/// Lines out of the two interleaved streams of a container.
struct OutputLines {
    private var output = LineSplitter()
    private var error = LineSplitter()

    mutating func append(_ piece: LogFrames.Piece) -> [OutputLine] {
        switch piece.source {
        case .output: output.append(piece.bytes).map { OutputLine(.output, $0) }
        case .error: error.append(piece.bytes).map { OutputLine(.error, $0) }
        }
    }

    /// What was written after the last line's end.
    mutating func finish() -> [OutputLine] {
        output.finish().map { OutputLine(.output, $0) } + error.finish().map { OutputLine(.error, $0) }
    }
}
