import Dispatch
import Synchronization

extension Collection where Element: Sendable {
    /// Blocking `work` for every element, on all cores; the results in the same order. After a failure nothing
    /// new is begun.
    func mapOnAllCores<Value: Sendable, Failure: Error>(
        _ work: @Sendable (Element) throws(Failure) -> Value
    ) throws(Failure) -> [Value] {
        let elements = Array(self)
        let state = Mutex<(results: [Value?], failure: Failure?)>(([Value?](repeating: nil, count: count), nil))
        DispatchQueue.concurrentPerform(iterations: count) { index in
            if state.withLock({ $0.failure != nil }) { return }
            do throws(Failure) {
                let value = try work(elements[index])
                state.withLock { $0.results[index] = value }
            } catch {
                state.withLock { $0.failure = error }
            }
        }
        let (results, failure) = state.withLock { ($0.results, $0.failure) }
        if let failure { throw failure }
        return results.compactMap { $0 }
    }
}

/// Does blocking works at the same time, and waits for all of them.
func sideBySide(_ works: (@Sendable () throws -> Void)...) throws {
    _ = try works.mapOnAllCores { work in try work() }
}
