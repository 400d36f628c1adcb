import Synchronization

/// Containers that are made and do not run yet: what they were given is theirs already. One that
/// an earlier launcher left like that has nothing.
final class BeginningContainers: Sendable {
    private let containers = Mutex<Set<String>>([])

    func contains(_ container: String) -> Bool { containers.withLock { $0.contains(container) } }
    func add(_ container: String) { containers.withLock { _ = $0.insert(container) } }
    func remove(_ container: String) { containers.withLock { _ = $0.remove(container) } }
}
