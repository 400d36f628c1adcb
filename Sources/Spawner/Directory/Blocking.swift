import Dispatch

/// Runs work that blocks (disks, file servers) beside the concurrency pool.
func offPool<Value: Sendable, Failure: Error>(
    _ work: @escaping @Sendable () throws(Failure) -> Value
) async throws(Failure) -> Value {
    let result = await withCheckedContinuation { continuation in
        DispatchQueue.global().async { continuation.resume(returning: Result { () throws(Failure) in try work() }) }
    }
    return try result.get()
}
