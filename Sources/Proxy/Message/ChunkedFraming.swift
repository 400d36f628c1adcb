import Reactor

/// The chunked transfer coding with trailers (RFC 9112, 7.1), read strictly: lines end in
/// CR LF, extensions are visible text, and a trailer may not be a field that the proxy
/// or the framing depends on (RFC 9110, 6.5.1).
struct ChunkedFraming: Equatable {
    private enum State: Equatable {
        case size(digits: Int)
        case `extension`(length: Int)
        case sizeLineFeed
        case data
        case dataReturn, dataLineFeed
        case trailerStart
        case trailerName, trailerValue
        case trailerLineFeed
        case lastLineFeed
        case complete
    }

    private var state = State.size(digits: 0)
    /// Of the present chunk, as far as its digits are read; then what is left of it.
    private var rest = 0
    /// The name of the present trailer.
    private var name: [UInt8] = []
    private var trailerLength = 0

    private static let extensionLimit = 1024
    private static let trailerLimit = 8192

    var isComplete: Bool { state == .complete }

    /// Returns how many of `bytes`, from the first on, belong to the body.
    mutating func consume(_ bytes: ByteView) throws(FramingError) -> Int {
        var index = 0
        while index < bytes.count, state != .complete {
            if state == .data {
                let count = min(rest, bytes.count - index)
                rest -= count
                index += count
                if rest == 0 { state = .dataReturn }
            } else {
                try take(bytes[index])
                index += 1
            }
        }
        return index
    }

    private mutating func take(_ byte: UInt8) throws(FramingError) {
        switch state {
        case .size(let digits): try takeSize(byte, digits)
        case .extension(let length):
            if byte == .carriageReturn {
                state = .sizeLineFeed
            } else {
                guard byte.isFieldCharacter, length < Self.extensionLimit else { throw FramingError() }
                state = .extension(length: length + 1)
            }
        case .sizeLineFeed: try expect(.lineFeed, byte, then: rest == 0 ? .trailerStart : .data)
        case .data: break
        case .dataReturn: try expect(.carriageReturn, byte, then: .dataLineFeed)
        case .dataLineFeed: try expect(.lineFeed, byte, then: .size(digits: 0))
        case .trailerStart, .trailerName, .trailerValue: try takeTrailer(byte)
        case .trailerLineFeed: try expect(.lineFeed, byte, then: .trailerStart)
        case .lastLineFeed: try expect(.lineFeed, byte, then: .complete)
        case .complete: break
        }
    }

    private mutating func expect(_ expected: UInt8, _ byte: UInt8, then next: State) throws(FramingError) {
        guard byte == expected else { throw FramingError() }
        state = next
    }

    private mutating func takeSize(_ byte: UInt8, _ digits: Int) throws(FramingError) {
        if let value = byte.hexadecimalValue {
            guard digits < 15 else { throw FramingError() }
            rest = (digits == 0 ? 0 : rest) << 4 | Int(value)
            state = .size(digits: digits + 1)
            return
        }
        guard digits > 0 else { throw FramingError() }
        switch byte {
        case .carriageReturn: state = .sizeLineFeed
        case 0x3B, 0x20, 0x09: state = .extension(length: 1)
        default: throw FramingError()
        }
    }

    private mutating func takeTrailer(_ byte: UInt8) throws(FramingError) {
        trailerLength += 1
        guard trailerLength <= Self.trailerLimit else { throw FramingError() }
        switch state {
        case .trailerStart where byte == .carriageReturn: state = .lastLineFeed
        case .trailerStart:
            guard byte.isTokenCharacter else { throw FramingError() }
            name = [byte]
            state = .trailerName
        case .trailerName where byte == 0x3A:
            guard name.withUnsafeBytes({ FieldName(ByteView($0)) }) == .other else { throw FramingError() }
            state = .trailerValue
        case .trailerName:
            guard byte.isTokenCharacter else { throw FramingError() }
            name.append(byte)
        case .trailerValue where byte == .carriageReturn: state = .trailerLineFeed
        default: guard byte.isFieldCharacter else { throw FramingError() }
        }
    }
}
