import Environments
import Foundation
import LauncherProtocol
import Testing

@testable import Store

@Suite("The store: recipes with a password in them", .serialized) struct RecipeToKeepTests {
    private static let secret = "name: x\nchannels:\n  - https://anna:hunter2@conda.example.org/team\ndependencies: [berth-base=1.0]\n"
    private static let clean = "dependencies: [berth-base=1.0]\n"

    private func expectRefused(_ bench: TestStore, places: [(Int, Int)] = [(3, 5)], _ body: () async throws -> Void) async {
        let error = await #expect(throws: StoreError.self) { try await body() }
        #expect(error?.kind == .invalid && error?.message.english.contains("password or token") == true, "\(String(describing: error))")
        #expect(error?.places.map { [$0.line, $0.column] } == places.map { [$0, $1] })
        #expect(error?.description.contains("https://anna:${SECRET}@conda.example.org/team") == true)
        #expect(error?.description.contains("hunter2") == false && error?.description.contains("make it invalid") == true)
        #expect(bench.containers.purposes == [])
    }

    @Test("A new environment and a lock are refused before anything is done") func create() async throws {
        let bench = try await TestStore()
        await expectRefused(bench) { _ = try await bench.store.create(for: bench.owner, environment: "x", recipe: Self.secret) { _ in } }
        let package = CondaPackage(
            name: "a", version: "1", build: "0", url: "https://anna:hunter2@conda.example.org/team/\(Platform.host)/a-1-0.conda",
            sha256: String(repeating: "ab", count: 32), md5: nil, size: nil, subdir: Platform.host, depends: [])
        let lock = try Lock(platform: Platform.host, packages: [package]).text
        // Where in a file that no person wrote has no meaning.
        await expectRefused(bench, places: []) {
            _ = try await bench.store.create(for: bench.owner, environment: "x", recipe: lock) { _ in }
        }
        bench.expectNothingBuilt()
    }

    /// An environment of earlier days, which has one.
    private func old() async throws -> (TestStore, EnvironmentName) {
        let bench = try await TestStore(), name = try #require(EnvironmentName("x"))
        let lock = Lock(platform: Platform.host, packages: [])
        _ = try bench.store.repositories.record(
            EnvironmentVersion(recipe: Self.secret, lock: lock, notices: []), as: name, for: bench.owner)
        return (bench, name)
    }

    @Test("Who has one already can't keep it in an edit, and can take it out") func edit() async throws {
        let (bench, name) = try await old()
        await expectRefused(bench) {
            _ = try await bench.store.create(for: bench.owner, environment: "x", recipe: Self.secret + "# mine\n") { _ in }
        }
        _ = try await bench.store.create(for: bench.owner, environment: "x", recipe: Self.clean) { _ in }
        #expect(try bench.store.repositories.current(name, for: 1500).0.recipe == Self.clean)
        #expect(try bench.store.repositories.history(of: name, for: 1500).count == 2)
    }

    @Test("A push is refused too") func push() async throws {
        let (bench, name) = try await old()
        let git = try bench.store.repositories.repository(name, for: 1500).repository
        let script = """
            export GIT_DIR="$1"; cd "$1" && mkdir objects/tmp_objdir-push && export GIT_OBJECT_DIRECTORY="$1/objects/tmp_objdir-push"
            export GIT_ALTERNATE_OBJECT_DIRECTORIES="$1/objects" GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a
            blob=$(printf %s "$2" | git hash-object -w --stdin)
            tree=$(printf '100644 blob %s\\tenvironment.yml\\n' "$blob" | git mktree)
            git commit-tree -p main -m pushed "$tree"
            """
        let made = Bench.run("/bin/sh", "-c", script, "sh", git, Self.secret + "# mine\n")
        try #require(made.status == 0, "\(made)")
        let update = ReferenceUpdate(
            old: try bench.store.repositories.history(of: name, for: 1500)[0].id,
            new: made.text.trimmingCharacters(in: .whitespacesAndNewlines), reference: PushJudgement.main)
        await expectRefused(bench) {
            _ = try await bench.store.judge([update], quarantine: "tmp_objdir-push", of: "x", for: bench.owner) { _ in }
        }
        #expect(try bench.store.repositories.history(of: name, for: 1500).count == 1)
    }
}
