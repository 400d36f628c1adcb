import Configuration
import LauncherProtocol

/// Lets as many builds work at a time as the host and each account may; the others wait, and hear how many are before them.
actor WorkPlaces {
    private struct Waiter {
        let continuation: CheckedContinuation<Bool, Never>
        let tell: @Sendable (BuildProgress) -> Void
    }

    private var queue: WorkQueue
    private var waiting: [Int: Waiter] = [:]

    init(limits: BuildsAtOnce) { queue = WorkQueue(limits: limits) }

    /// Does `work` when its turn has come. One whose task is cancelled waits no longer.
    nonisolated func take<Value: Sendable>(
        for account: UInt32, progress: @escaping @Sendable (BuildProgress) -> Void, _ work: () async throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        let id = try await begin(account, progress)
        do throws(StoreError) {
            let value = try await work()
            await end(id)
            return value
        } catch {
            await end(id)
            throw error
        }
    }

    private func begin(_ account: UInt32, _ tell: @escaping @Sendable (BuildProgress) -> Void) async throws(StoreError) -> Int {
        let id = queue.join(account)
        if queue.admit().contains(id) { return id }
        let isAdmitted = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                waiting[id] = Waiter(continuation: continuation, tell: tell)
                if let place = queue.places.last { tell(.waiting(for: place.ahead)) }
            }
        } onCancel: {
            Task { await self.giveUp(id) }
        }
        guard isAdmitted else { throw StoreError(.unavailable, "The build was given up while it waited for its turn.") }
        return id
    }

    private func end(_ id: Int) {
        queue.leave(id)
        for id in queue.admit() { waiting.removeValue(forKey: id)?.continuation.resume(returning: true) }
        for place in queue.places { waiting[place.id]?.tell(.waiting(for: place.ahead)) }
    }

    private func giveUp(_ id: Int) {
        guard let waiter = waiting.removeValue(forKey: id) else { return }
        waiter.continuation.resume(returning: false)
        end(id)
    }
}

extension BuildProgress {
    /// - Parameter ahead: how many builds are before it.
    fileprivate static func waiting(for ahead: Int) -> BuildProgress {
        BuildProgress(.waiting, ahead == 1 ? "Waiting for a build before yours" : "Waiting for \(ahead) builds before yours")
    }
}
