import Glibc
import Reactor

/// One end of a proxied exchange: a wire, what was read from it, and what is to be written
/// to it. Buffers are held only while something is in them.
class Endpoint: EventSource {
    final let worker: Worker
    final var wire: Wire
    /// Read and not yet dealt with.
    final var input: Buffer?
    /// Written here and not yet on the wire.
    final var output: Buffer?
    /// Bytes written to this end.
    final var written = 0
    /// Bytes read from this end.
    final var received = 0

    init(worker: Worker, wire: Wire) {
        self.worker = worker
        self.wire = wire
        super.init(descriptor: wire.descriptor)
    }

    /// Reads once behind what ``input`` holds.
    final func receive() -> Wire.Transfer {
        guard wire.canRead else { return .blocked }
        let buffer = input ?? worker.pool.take()
        input = buffer
        if buffer.isEmpty { buffer.clear() } else if buffer.room == 0 { buffer.compact() }
        guard buffer.room > 0 else { return .blocked }
        let transfer = wire.read(into: buffer)
        if case .moved(let count) = transfer { received += count }
        if buffer.isEmpty { worker.pool.give(from: &input) }
        return transfer
    }

    /// Takes the first `count` bytes of ``input`` away.
    final func consumeInput(_ count: Int) {
        guard let buffer = input else { return }
        buffer.consume(count)
        if buffer.isEmpty { worker.pool.give(from: &input) }
    }

    /// The buffer to append to what waits to be written.
    final func outputBuffer() -> Buffer {
        if let output { return output }
        let buffer = worker.pool.take()
        output = buffer
        return buffer
    }

    /// Writes ``output``; `moved` means that nothing waits any more.
    final func flush() -> Wire.Transfer {
        guard let buffer = output, !buffer.isEmpty else { return .moved(0) }
        while !buffer.isEmpty {
            switch wire.write(buffer.readable) {
            case .moved(let count):
                buffer.consume(count)
                written += count
            case let other: return other
            }
        }
        worker.pool.give(from: &output)
        return .moved(0)
    }

    /// Whether nothing waits to be written.
    final var isFlushed: Bool { output?.isEmpty ?? true }

    /// Gives buffers back, leaves the loop and closes the socket; does nothing the second time.
    final func closeWire() {
        guard isWatched else { return }
        worker.loop.remove(self)
        worker.pool.give(from: &input)
        worker.pool.give(from: &output)
        close(wire.descriptor)
    }
}
