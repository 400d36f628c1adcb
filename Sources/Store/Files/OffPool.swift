import Dispatch

/// Runs blocking work on a thread of its own queue, so that it never holds up Swift's concurrency pool.
func offPool<Value: Sendable>(
    _ work: @escaping @Sendable () throws(StoreError) -> Value
) async throws(StoreError) -> Value {
    let result: Result<Value, StoreError> = await withCheckedContinuation { continuation in
        blocking.async {
            do throws(StoreError) {
                continuation.resume(returning: .success(try work()))
            } catch {
                continuation.resume(returning: .failure(error))
            }
        }
    }
    return try result.get()
}

private let blocking = DispatchQueue(label: "org.berth.store", attributes: .concurrent)
