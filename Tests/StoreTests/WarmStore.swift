import Foundation
import Testing

/// What most environments of these tests have in common, made once: packages that are there, linked and compiled. A
/// store that begins with it needs neither the installer nor the compiler, which have tests of their own.
enum WarmStore {
    private static let made = Task {
        let store = try await TestStore()
        let recipe = "dependencies: [python=3.11, pip, numpy, berth-hello, berth-activated, berth-prefix]\n"
        _ = try await store.store.create(for: store.owner, environment: "all", recipe: recipe) { _ in }
        return store
    }

    /// Copies it into a state directory. Not by further names: what a test damages is its own.
    static func copy(to state: String) async throws {
        let store = try await made.value
        try FileManager.default.createDirectory(atPath: state + "/store/work", withIntermediateDirectories: true)
        // In one go: what has several names keeps them.
        let script = "cd \"$0\" && cp --archive --parents bytecode linked work/pkgs work/repodata \"$1\""
        let copied = Bench.run("/bin/sh", "-c", script, store.state + "/store", state + "/store")
        try #require(copied.status == 0)
    }
}
