import Foundation

/// Lets one task at a time do something under a name, in the order in which they came.
actor Turns {
    private typealias Waiter = (id: UUID, continuation: CheckedContinuation<Bool, Never>)
    private var waiting: [String: [Waiter]] = [:]

    /// Waits for the turn of `name`, does `work` and passes the turn on. One whose task is cancelled waits no longer.
    ///
    /// - Parameter isCertain: Whether `work` is done also where the task is cancelled, because others count on it.
    nonisolated func take<Value: Sendable>(
        _ name: String, isCertain: Bool = false, _ work: () async throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        guard await begin(name, isCertain: isCertain) else { throw .givenUp }
        do throws(StoreError) {
            let value = try await work()
            await end(name)
            return value
        } catch {
            await end(name)
            throw error
        }
    }

    private func begin(_ name: String, isCertain: Bool) async -> Bool {
        guard waiting[name] != nil else {
            waiting[name] = []
            return true
        }
        let id = UUID()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { waiting[name, default: []].append((id, $0)) }
        } onCancel: {
            // It comes when the continuation is there: this actor does one thing at a time.
            if !isCertain { Task { await self.giveUp(id, name) } }
        }
    }

    private func giveUp(_ id: UUID, _ name: String) {
        guard let index = waiting[name]?.firstIndex(where: { $0.id == id }) else { return }
        waiting[name]?.remove(at: index).continuation.resume(returning: false)
    }

    private func end(_ name: String) {
        guard var queue = waiting[name], !queue.isEmpty else { return waiting[name] = nil }
        let next = queue.removeFirst()
        waiting[name] = queue
        next.continuation.resume(returning: true)
    }
}
