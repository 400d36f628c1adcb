import Synchronization

extension Task where Failure == Never {
    /// Waits for its value. It is cancelled when `time` is over, and when whoever waits is cancelled.
    ///
    /// - Returns: The value, and whether the time was over before it was there.
    public func value(within time: Duration) async -> (value: Success, isLate: Bool) {
        let isLate = Mutex(false)
        let clock = Task<Void, any Error> {
            try await Task<Never, Never>.sleep(for: time)
            isLate.withLock { $0 = true }
            cancel()
        }
        let value = await withTaskCancellationHandler {
            await self.value
        } onCancel: {
            cancel()
        }
        clock.cancel()
        return (value, isLate.withLock { $0 })
    }
}
