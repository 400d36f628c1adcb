import LauncherProtocol
import Synchronization

/// The starts that wait for GPUs. Those whose turn it is are woken when something may have become free.
final class WaitingStarts: Sendable {
    private let state = Mutex(State())
    private let listeners = Mutex<[@Sendable ([StartServer]) -> Void]>([])

    private struct State {
        var queue = StartQueue()
        var calls: [ServerID: StartServer] = [:]
        var waiting: [ServerID: AsyncStream<Void>.Continuation] = [:]

        var ordered: [StartServer] { queue.places.compactMap { calls[$0.id] } }

        mutating func take(_ call: StartServer, pool: Set<String>?) {
            queue.join(call.id, pool: pool)
            calls[call.id] = call
        }
    }

    /// Who waits, in order.
    var queue: StartQueue { state.withLock(\.queue) }

    /// Calls `handler` with those who wait, in order, whenever that changes.
    func onChange(_ handler: @escaping @Sendable ([StartServer]) -> Void) { listeners.withLock { $0.append(handler) } }

    /// Takes a place for a start that will join.
    func reserve(_ call: StartServer) { change { $0.take(call, pool: nil) } }

    /// Joins; the stream has an element whenever it may be this one's turn.
    func join(_ call: StartServer, pool: Set<String>?) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        change { state in
            state.take(call, pool: pool)
            state.waiting.updateValue(continuation, forKey: call.id)?.finish()
        }
        return stream
    }

    func leave(_ id: ServerID) {
        guard queue.place(of: id) != nil else { return }
        change { state in
            state.queue.leave(id)
            state.calls[id] = nil
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

    /// The listeners' lock keeps what they are told in order.
    private func change(_ change: (inout State) -> Void) {
        listeners.withLock { listeners in
            let calls = state.withLock { state in
                change(&state)
                return state.ordered
            }
            for listener in listeners { listener(calls) }
        }
    }
}
