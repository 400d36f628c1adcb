import LauncherProtocol
import Synchronization

/// The starts that wait for GPUs. Those whose turn it is are woken when something may have become free.
final class WaitingStarts: Sendable {
    private let state = Mutex(State())

    private struct State {
        var queue = StartQueue()
        var waiting: [ServerID: AsyncStream<Void>.Continuation] = [:]
    }

    /// Who waits, in order.
    var queue: StartQueue { state.withLock(\.queue) }

    /// Joins; the stream has an element whenever it may be this one's turn.
    func join(_ id: ServerID, pool: Set<String>?) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        state.withLock { state in
            state.queue.join(id, pool: pool)
            state.waiting.updateValue(continuation, forKey: id)?.finish()
        }
        return stream
    }

    func leave(_ id: ServerID) {
        state.withLock { state in
            state.queue.leave(id)
            state.waiting.removeValue(forKey: id)?.finish()
        }
    }

    func isFirst(_ id: ServerID) -> Bool { state.withLock { $0.queue.place(of: id)?.position == 1 } }

    /// Something may have become free.
    func wake() {
        state.withLock { state in
            for id in state.queue.first { state.waiting[id]?.yield() }
        }
    }
}
