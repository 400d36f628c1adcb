import Environments
import Foundation
import TLS

/// The Python that compiles a lock's sources: its package with what that package needs, and nothing else.
///
/// Bytecode is shared between people, so whoever compiles must be nobody's own: neither pip's packages nor
/// any other of the environment run in this one. A recipe that brings a Python of its own, from whatever
/// channel, has an interpreter of its own too, and shares bytecode only with those who trust the same.
struct Interpreter: Sendable {
    /// Where containers see it.
    static let prefix = "/opt/berth/interpreter"

    let lock: Lock
    /// What its bytecode is kept under: the same packages, the same digest.
    let identity: String

    /// Nil where the lock has no Python.
    init?(of lock: Lock) {
        let names = LockGraph(lock).closure(of: ["python"])
        guard !names.isEmpty else { return nil }
        let packages = lock.packages.filter { names.contains($0.name) }
        self.lock = Lock(platform: lock.platform, packages: packages)
        let digests = packages.map { $0.sha256 ?? $0.url }.sorted().joined(separator: "\n")
        identity = String(Digest(sha256: digests.utf8).description.prefix(32))
    }
}
