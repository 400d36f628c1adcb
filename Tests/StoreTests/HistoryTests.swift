import Configuration
import Foundation
import LauncherProtocol
import Testing

@testable import Store

@Suite("The store: history, roll-back, verify and garbage", .serialized)
struct HistoryTests {
    private func recipe(_ greeting: String) -> String { "name: small\ndependencies: [berth-prefix]\nvariables: {GREETING: \(greeting)}\n" }

    private func make(_ bench: TestStore, _ greeting: String) async throws -> EnvironmentSummary {
        try await bench.store.create(for: bench.owner, environment: nil, recipe: recipe(greeting)) { _ in }
    }

    @Test("A roll-back is a new version with the old content, and runs nothing while the build is there")
    func rollBack() async throws {
        let bench = try await TestStore()
        let first = try await make(bench, "one")
        let second = try await make(bench, "two")
        let history = try await bench.store.history(of: "small", for: 1500)
        #expect(history.map(\.build) == [second.build, first.build])
        #expect(history.map(\.author) == ["anna", "anna"])
        #expect(history.allSatisfy { $0.isBuilt })
        let old = try await bench.store.inspect("small", version: String(history[1].id.prefix(8)), for: 1500)
        #expect(old.recipe == recipe("one"))
        #expect(old.version == history[1])
        #expect(old.lock.contains("\"GREETING\" : \"one\""))

        bench.containers.forget()
        let back = try await bench.store.rollBack("small", to: history[1].id, for: bench.owner) { _ in }
        #expect(back.build == first.build)
        #expect(bench.containers.purposes == [])
        let after = try await bench.store.history(of: "small", for: 1500)
        #expect(after.count == 3)
        #expect(after[0].message == "Roll back to \(history[1].id.prefix(12))")
        let missing = await #expect(throws: StoreError.self) {
            try await bench.store.rollBack("small", to: "--all", for: bench.owner) { _ in }
        }
        #expect(missing?.kind == .notFound)
    }

    @Test("What a version's build lost to the garbage comes back from its lock, without solving, byte for byte")
    func restore() async throws {
        var settings = Bench.settings
        settings.keepVersions = 1
        let bench = try await TestStore(settings: settings)
        let first = try await make(bench, "one")
        let manifest = bench.state + "/store/builds/\(first.build).manifest"
        let before = try Manifest(from: manifest).files
        let second = try await make(bench, "two")
        let dry = try await bench.store.collectGarbage(inUse: [], dryRun: true)
        #expect(dry.builds == [first.build])
        #expect(bench.names(in: "store/environments").count == 2)
        let spared = try await bench.store.collectGarbage(inUse: [first.build], dryRun: false)
        #expect(spared.builds == [])
        let outcome = try await bench.store.collectGarbage(inUse: [], dryRun: false)
        #expect(outcome.builds == dry.builds)
        #expect(outcome.packages == [])
        #expect(outcome.freed == dry.freed && outcome.freed > 0)
        #expect(bench.names(in: "store/environments") == [second.build])
        #expect(bench.names(in: "store/work/staging") == [])

        let version = try #require(try await bench.store.history(of: "small", for: 1500).last)
        #expect(!version.isBuilt)
        bench.containers.forget()
        let back = try await bench.store.rollBack("small", to: version.id, for: bench.owner) { _ in }
        #expect(back.build == first.build)
        // The launcher links by itself what the installer has linked before, and it comes to the same.
        #expect(bench.containers.purposes == [])
        let after = try Manifest(from: manifest).files
        #expect(after == before)
    }

    @Test("A forgotten environment's build and packages go; what another still needs stays")
    func garbage() async throws {
        let bench = try await TestStore()
        let kept = try await make(bench, "one")
        _ = try await bench.store.create(for: bench.owner, environment: "b", recipe: "dependencies: [berth-activated]\n") { _ in }
        try await bench.store.remove("b", for: 1500, ownerName: "anna")
        let outcome = try await bench.store.collectGarbage(inUse: [], dryRun: false)
        #expect(outcome.builds.count == 1)
        #expect(outcome.packages.contains { $0.hasPrefix("berth-activated-") })
        #expect(bench.names(in: "store/environments") == [kept.build])
        #expect(bench.names(in: "store/work/pkgs").contains { $0.hasPrefix("berth-prefix-") })
        #expect(try await bench.store.verify("small", for: 1500).differences == [])
    }

    @Test("Verify names every changed, missing and added file, and nothing else")
    func verify() async throws {
        let bench = try await TestStore(warm: true)
        let summary = try await bench.store.create(
            for: bench.owner, environment: "py", recipe: "dependencies: [python=3.11, berth-hello, berth-prefix]\n"
        ) { _ in }
        #expect(try await bench.store.verify("py", for: 1500).differences == [])
        let tree = bench.state + "/store/environments/" + summary.build
        let packages = tree + "/lib/python3.11/site-packages"
        // A new file in place of the old one: writing through the link would change the cache too.
        try Data("changed".utf8).write(to: URL(filePath: packages + "/__pycache__/berth_hello.cpython-311.pyc"), options: .atomic)
        try FileManager.default.removeItem(atPath: packages + "/berth_hello.py")
        try Data().write(to: URL(filePath: packages + "/added.pth"))
        try FileManager.default.removeItem(atPath: tree + "/bin/python3")
        try FileManager.default.createSymbolicLink(atPath: tree + "/bin/python3", withDestinationPath: "/bin/sh")
        let found = try await bench.store.verify("py", for: 1500).differences
        #expect(
            found.map { "\($0.kind) \($0.path)" } == [
                "changed bin/python3", "changed lib/python3.11/site-packages/__pycache__/berth_hello.cpython-311.pyc",
                "added lib/python3.11/site-packages/added.pth", "missing lib/python3.11/site-packages/berth_hello.py",
            ])
    }

    @Test("A repair brings a shared file back, in the caches too; another build with it finds it and is repaired by itself")
    func repair() async throws {
        let bench = try await TestStore(warm: true)
        let file = "lib/python3.11/site-packages/berth_hello.py",
            compiled = "lib/python3.11/site-packages/__pycache__/berth_hello.cpython-311.pyc"
        func make(_ name: String, _ more: String) async throws -> EnvironmentSummary {
            try await bench.store.create(
                for: bench.owner, environment: name, recipe: "dependencies: [python=3.11, berth-hello\(more)]\n"
            ) { _ in }
        }
        let one = try await make("one", ""), two = try await make("two", ", berth-prefix")
        func path(_ build: EnvironmentSummary, _ file: String) -> String { "\(bench.state)/store/environments/\(build.build)/\(file)" }
        let content = try Data(contentsOf: URL(filePath: path(one, file)))
        for damaged in [file, compiled] {
            let handle = try FileHandle(forWritingTo: URL(filePath: path(one, damaged)))
            try handle.seekToEnd()
            try handle.write(contentsOf: Data("# damaged".utf8))
            try handle.close()
        }
        for name in ["one", "two"] {
            #expect(try await bench.store.verify(name, for: 1500).differences.map(\.path) == [compiled, file], "\(name)")
        }
        let used = await #expect(throws: StoreError.self) {
            try await bench.store.repair("one", for: bench.owner, inUse: [one.build]) { _ in }
        }
        #expect(used?.kind == .conflict && used?.message.english.contains(one.build) == true)
        #expect(try await bench.store.verify("one", for: 1500).differences.count == 2)

        #expect(try await bench.store.repair("one", for: bench.owner, inUse: [two.build]) { _ in }.build == one.build)
        #expect(try await bench.store.verify("one", for: 1500).differences == [])
        #expect(try Data(contentsOf: URL(filePath: path(one, file))) == content)
        #expect(try await bench.store.verify("two", for: 1500).differences.count == 2)
        bench.containers.forget()
        _ = try await bench.store.repair("two", for: bench.owner, inUse: []) { _ in }
        // What the first repair brought is linked.
        #expect(bench.containers.purposes == [])
        #expect(try await bench.store.verify("two", for: 1500).differences == [])
        #expect(bench.names(in: "store/work/staging") == [])
    }

    @Test("What the installer notes of each package is compact")
    func compact() async throws {
        let bench = try await TestStore()
        let summary = try await make(bench, "one")
        let meta = bench.state + "/store/environments/\(summary.build)/conda-meta"
        let name = try #require(try FileManager.default.contentsOfDirectory(atPath: meta).first { $0.hasPrefix("berth-prefix-") })
        let text = try String(contentsOfFile: meta + "/" + name, encoding: .utf8)
        #expect(!text.contains("\n") && text.hasPrefix("{"))
    }
}
