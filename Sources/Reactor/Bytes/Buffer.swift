import Glibc

/// Bytes in one fixed piece of memory: written at the end, read at the start, every
/// access checked. Taken from a ``BufferPool`` and owned by one loop.
public final class Buffer {
    private let storage: UnsafeMutableRawBufferPointer
    private var start = 0
    private var end = 0

    /// Whether something was appended that found no room; the contents are then incomplete.
    public private(set) var hasOverflowed = false

    /// An empty buffer of `capacity` bytes.
    public init(capacity: Int) {
        storage = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit { storage.deallocate() }

    public var capacity: Int { storage.count }
    /// The number of bytes that wait to be read.
    public var count: Int { end - start }
    public var isEmpty: Bool { start == end }
    /// The number of bytes that find room at the end; ``compact()`` may make more.
    public var room: Int { storage.count - end }

    /// What waits to be read; good until the buffer is changed.
    public var readable: ByteView { ByteView(UnsafeRawBufferPointer(rebasing: storage[start..<end])) }

    /// Takes the first `count` bytes away.
    public func consume(_ count: Int) {
        precondition(count >= 0 && count <= end - start, "more consumed than there is")
        start += count
    }

    public func clear() {
        start = 0
        end = 0
        hasOverflowed = false
    }

    /// Moves what waits to the front, so that all free room is at the end.
    public func compact() {
        guard start > 0, let base = storage.baseAddress else { return }
        memmove(base, base + start, end - start)
        end -= start
        start = 0
    }

    /// Lends the room at the end to `body`, which returns a result and how many bytes it filled.
    public func fill<Result>(_ body: (UnsafeMutableRawBufferPointer) -> (Result, filled: Int)) -> Result {
        let (result, filled) = body(UnsafeMutableRawBufferPointer(rebasing: storage[end...]))
        precondition(filled >= 0 && filled <= room, "more filled than there was room")
        end += filled
        return result
    }

    /// Appends all of `bytes`, or nothing and notes the overflow.
    public func append(_ bytes: ByteView) {
        guard bytes.count <= room, !hasOverflowed else {
            hasOverflowed = true
            return
        }
        guard let base = storage.baseAddress, let source = bytes.raw.baseAddress else { return }
        memcpy(base + end, source, bytes.count)
        end += bytes.count
    }

    public func append(_ text: StaticString) { append(ByteView(text)) }

    public func append(_ bytes: [UInt8]) { bytes.withUnsafeBytes { append(ByteView($0)) } }

    public func append(_ byte: UInt8) { withUnsafeBytes(of: byte) { append(ByteView($0)) } }

    /// Appends `number`, which is not negative, in decimal digits.
    public func append(decimal number: Int) {
        precondition(number >= 0, "a length or a status is never negative")
        if number >= 10 { append(decimal: number / 10) }
        append(UInt8(0x30 + number % 10))
    }

    /// Appends `number` in 16 hexadecimal digits.
    public func append(hexadecimal number: UInt64) {
        for shift in stride(from: 60, through: 0, by: -4) {
            let digit = UInt8(truncatingIfNeeded: number >> UInt64(shift)) & 15
            append(digit < 10 ? 0x30 + digit : 0x57 + digit)
        }
    }
}
