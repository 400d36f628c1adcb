import LauncherProtocol
import Synchronization

/// One build that several people may wait for. It goes on as long as one of them does.
final class SharedBuild: Sendable {
    private let listeners: Listeners
    private let waiting = Mutex(0)
    private let task: Task<Result<BuildRecord, StoreError>, Never>

    /// Starts `work`, which gets where to tell its progress.
    init(_ work: @escaping @Sendable (@escaping @Sendable (BuildProgress) -> Void) async -> Result<BuildRecord, StoreError>) {
        let listeners = Listeners()
        self.listeners = listeners
        task = Task.detached { await work { listeners.tell($0) } }
    }

    /// Tells `listener` everything from now on, beginning with the latest.
    func listen(_ listener: @escaping @Sendable (BuildProgress) -> Void) { listeners.add(listener) }

    /// Somebody waits for it from now on.
    func join() { waiting.withLock { $0 += 1 } }

    /// Waits for the end; nil where the task of whoever waits is cancelled before.
    func outcome() async -> Result<BuildRecord, StoreError>? {
        let (ends, end) = AsyncStream.makeStream(of: Result<BuildRecord, StoreError>.self)
        Task { [task] in
            end.yield(await task.value)
            end.finish()
        }
        for await result in ends { return result }
        return nil
    }

    /// Somebody waits no longer. Where that was the last, the build is ended, and what it came to all the same is given
    /// when it has tidied up.
    func leave() async -> BuildRecord? {
        let isLast = waiting.withLock { waiting in
            waiting -= 1
            return waiting == 0
        }
        guard isLast else { return nil }
        task.cancel()
        return try? await task.value.get()
    }

    /// Whether nobody waits for it any more.
    var isGivenUp: Bool { waiting.withLock { $0 == 0 } }

    /// Waits until nothing of it is under way.
    func end() async { _ = await task.value }

    private final class Listeners: Sendable {
        private let state = Mutex<(all: [@Sendable (BuildProgress) -> Void], latest: BuildProgress?)>(([], nil))

        func add(_ listener: @escaping @Sendable (BuildProgress) -> Void) {
            let latest = state.withLock { state in
                state.all.append(listener)
                return state.latest
            }
            if let latest { listener(latest) }
        }

        func tell(_ progress: BuildProgress) {
            let all = state.withLock { state in
                state.latest = progress
                return state.all
            }
            for listener in all { listener(progress) }
        }
    }
}
