/// Empty buffers of one size, kept for the next who needs one. Owned by one loop.
public final class BufferPool {
    /// Bytes of each buffer.
    public let capacity: Int
    private let kept: Int
    private var free: [Buffer] = []

    /// Makes buffers of `capacity` bytes and keeps at most `kept` unused ones.
    public init(capacity: Int = 64 << 10, kept: Int = 64) {
        self.capacity = capacity
        self.kept = kept
        free.reserveCapacity(kept)
    }

    /// An empty buffer.
    public func take() -> Buffer { free.popLast() ?? Buffer(capacity: capacity) }

    /// Takes a buffer back; nobody may use it afterwards.
    public func give(_ buffer: Buffer) {
        guard free.count < kept else { return }
        buffer.clear()
        free.append(buffer)
    }

    /// Takes back the buffer that `place` holds, if it holds one.
    public func give(from place: inout Buffer?) {
        guard let buffer = place else { return }
        place = nil
        give(buffer)
    }
}
