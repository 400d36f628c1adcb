import Reactor

/// Moves one body from one endpoint to another: reads, finds the body's end, writes, and
/// reads no further than the sink takes, so that a slow sink slows its source.
struct Pump {
    enum Result: Equatable {
        /// The whole body is written.
        case complete
        case waitsForSource, waitsForSink
        /// There is more to do, and others have their turn first.
        case yields
        case sourceEnded, sourceFailed, sinkFailed, badFraming
    }

    private(set) var framing: BodyFraming
    /// So many bytes at the front of the source's input are known to belong to the body.
    private var known = 0
    /// Bytes of the body written so far.
    private(set) var moved = 0

    /// Bytes that one end may move before others get their turn.
    private static let turn = 1 << 20
    /// Bytes of a body that are worth copying behind a head to save a system call.
    private static let small = 16 << 10

    init(_ framing: BodyFraming) { self.framing = framing }

    mutating func run(from source: Endpoint, to sink: Endpoint) -> Result {
        var budget = Self.turn
        while true {
            do throws(FramingError) {
                try look(at: source)
            } catch {
                return .badFraming
            }
            appendSmall(from: source, to: sink)
            switch sink.flush() {
            case .moved: break
            case .blocked: return .waitsForSink
            case .ended, .failed: return .sinkFailed
            }
            if known > 0 {
                switch write(from: source, to: sink) {
                case .moved: continue
                case .blocked: return .waitsForSink
                case .ended, .failed: return .sinkFailed
                }
            }
            if framing.isComplete { return .complete }
            guard budget > 0 else { return .yields }
            switch source.receive() {
            case .moved(let count): budget -= count
            case .blocked: return .waitsForSource
            case .ended: return .sourceEnded
            case .failed: return .sourceFailed
            }
        }
    }

    private mutating func look(at source: Endpoint) throws(FramingError) {
        guard let input = source.input, input.count > known, !framing.isComplete else { return }
        known += try framing.consume(input.readable.dropFirst(known))
    }

    /// Head and beginning of the body go out in one write.
    private mutating func appendSmall(from source: Endpoint, to sink: Endpoint) {
        guard known > 0, known <= Self.small, let output = sink.output, !output.isEmpty, output.room >= known,
            let input = source.input
        else { return }
        output.append(input.readable[0..<known])
        source.consumeInput(known)
        moved += known
        known = 0
    }

    private mutating func write(from source: Endpoint, to sink: Endpoint) -> Wire.Transfer {
        guard let input = source.input else { return .failed }
        let transfer = sink.wire.write(input.readable[0..<known])
        if case .moved(let count) = transfer {
            source.consumeInput(count)
            sink.written += count
            known -= count
            moved += count
        }
        return transfer
    }
}
