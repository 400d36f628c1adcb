import Foundation
import Synchronization

/// Events that several people follow: whoever comes late gets what was told before.
///
/// The oldest events beyond `limit` are forgotten, so a talkative source stays bounded.
public final class EventHistory<Event: Sendable>: Sendable {
    private let limit: Int
    private let state = Mutex(State())

    private struct State {
        var past: [Event] = []
        var isFinished = false
        var followers: [UUID: AsyncStream<Event>.Continuation] = [:]
    }

    public init(limit: Int = 1000) { self.limit = limit }

    /// What was told, oldest first.
    public var past: [Event] { state.withLock(\.past) }
    /// Whether nothing follows.
    public var isFinished: Bool { state.withLock(\.isFinished) }

    /// Tells `event`; with `last` nothing follows. After the last one nothing is told any more.
    public func tell(_ event: Event, last: Bool = false) {
        let finished = state.withLock { state -> [AsyncStream<Event>.Continuation] in
            guard !state.isFinished else { return [] }
            state.past.append(event)
            if state.past.count > limit { state.past.removeFirst(state.past.count - limit) }
            for follower in state.followers.values { follower.yield(event) }
            guard last else { return [] }
            state.isFinished = true
            defer { state.followers = [:] }
            return Array(state.followers.values)
        }
        // Outside the lock, because the end of a stream takes it to leave the followers.
        for follower in finished { follower.finish() }
    }

    /// All events, the past ones first, to the last one.
    public func follow() -> AsyncStream<Event> {
        let id = UUID()
        let (stream, continuation) = AsyncStream.makeStream(of: Event.self)
        continuation.onTermination = { [weak self] _ in _ = self?.state.withLock { $0.followers.removeValue(forKey: id) } }
        let isOver = state.withLock { state in
            for event in state.past { continuation.yield(event) }
            if !state.isFinished { state.followers[id] = continuation }
            return state.isFinished
        }
        if isOver { continuation.finish() }
        return stream
    }
}
