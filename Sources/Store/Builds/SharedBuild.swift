import LauncherProtocol
import Synchronization

/// One build that several people may wait for. It goes on when they stop waiting.
final class SharedBuild: Sendable {
    private let listeners: Listeners
    private let task: Task<Result<BuildRecord, StoreError>, Never>

    /// Starts `work`, which gets where to tell its progress.
    init(_ work: @escaping @Sendable (@escaping @Sendable (BuildProgress) -> Void) async -> Result<BuildRecord, StoreError>) {
        let listeners = Listeners()
        self.listeners = listeners
        task = Task.detached { await work { listeners.tell($0) } }
    }

    /// Tells `listener` everything from now on, beginning with the latest.
    func listen(_ listener: @escaping @Sendable (BuildProgress) -> Void) { listeners.add(listener) }

    /// Waits for the end.
    func outcome() async throws(StoreError) -> BuildRecord { try await task.value.get() }

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
