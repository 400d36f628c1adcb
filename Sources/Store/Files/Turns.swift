/// Lets one task at a time do something under a name, in the order in which they came.
actor Turns {
    private var waiting: [String: [CheckedContinuation<Void, Never>]] = [:]

    /// Waits for the turn of `name`, does `work` and passes the turn on.
    nonisolated func take<Value: Sendable>(
        _ name: String, _ work: () async throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        await begin(name)
        do throws(StoreError) {
            let value = try await work()
            await end(name)
            return value
        } catch {
            await end(name)
            throw error
        }
    }

    private func begin(_ name: String) async {
        if waiting[name] == nil {
            waiting[name] = []
        } else {
            await withCheckedContinuation { waiting[name, default: []].append($0) }
        }
    }

    private func end(_ name: String) {
        guard var queue = waiting[name], !queue.isEmpty else { return waiting[name] = nil }
        let next = queue.removeFirst()
        waiting[name] = queue
        next.resume()
    }
}
