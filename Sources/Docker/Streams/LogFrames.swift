/// Takes the engine's log stream apart (Engine API, "ContainerAttach", stream format): frames of
/// eight bytes of header (stream, three zeros, length with the highest byte first) and a payload.
struct LogFrames {
    /// A piece of a payload; one frame may come in several.
    struct Piece: Equatable {
        let source: OutputLine.Source
        let bytes: ArraySlice<UInt8>
    }

    private var header: [UInt8] = []
    private var source = OutputLine.Source.output
    private var left = 0

    mutating func append(_ bytes: [UInt8]) -> [Piece] {
        var pieces: [Piece] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            if left == 0 {
                let missing = rest.prefix(8 - header.count)
                header += missing
                rest = rest.dropFirst(missing.count)
                guard header.count == 8 else { break }
                source = header[0] == 2 ? .error : .output
                left = header[4...].reduce(0) { $0 << 8 | Int($1) }
                header = []
            } else {
                let payload = rest.prefix(left)
                pieces.append(Piece(source: source, bytes: payload))
                left -= payload.count
                rest = rest.dropFirst(payload.count)
            }
        }
        return pieces
    }
}
