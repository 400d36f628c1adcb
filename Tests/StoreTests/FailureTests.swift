import Configuration
import Foundation
import Store
import Testing

@Suite("The store: what can go wrong is told, and nothing half-built stays", .serialized)
struct FailureTests {
    private func failure(_ bench: TestStore, _ recipe: String, name: String? = "x") async throws -> StoreError {
        try #require(
            await #expect(throws: StoreError.self) {
                try await bench.store.create(for: bench.owner, environment: name, recipe: recipe) { _ in }
            })
    }

    @Test("What can't be solved comes with the solver's reason")
    func unsolvable() async throws {
        let bench = try await TestStore()
        let error = try await failure(bench, "dependencies: [berth-left, berth-right]\n")
        #expect(error.kind == .failed)
        #expect(error.message.english.contains("can't be solved"))
        #expect(error.log.contains { $0.contains("berth-base 1.*") })
        #expect(error.log.contains { $0.contains("berth-right") })
        let missing = try await failure(bench, "dependencies: [nosuchthing]\n")
        #expect(missing.log.contains { $0.contains("No candidates were found for nosuchthing") })
        bench.expectNothingBuilt()
    }

    @Test("A package for a GPU needs a host that has one, by configuration")
    func gpu() async throws {
        let recipe = "dependencies: [berth-gpu]\n"
        let without = try await failure(try await TestStore(), recipe)
        #expect(without.log.contains { $0.contains("__cuda") })
        var settings = Bench.settings
        settings.virtualPackages = ["__cuda=12.8"]
        let bench = try await TestStore(settings: settings)
        #expect(try await bench.store.create(for: bench.owner, environment: "gpu", recipe: recipe) { _ in }.packages == 1)
    }

    @Test("A recipe that can't be read, or a spec that is none, is told with its line")
    func recipe() async throws {
        let bench = try await TestStore()
        let text = try await failure(bench, "dependencies: numpy\n")
        #expect(text.log == ["environment.yml:1:15: “dependencies” is the text “numpy”. Write a list: each package after “- ”."])
        let spec = try await failure(bench, "dependencies:\n  - berth-hello\n  - numpy=>2\n")
        #expect(spec.kind == .invalid)
        #expect(spec.log.first?.hasPrefix("environment.yml:3:5: “numpy=>2” is not understood") == true, "\(spec)")
        let nameless = try await failure(bench, "dependencies: [numpy]\n", name: nil)
        #expect(nameless.message.english.contains("no “name:”"))
        let badName = try await failure(bench, "dependencies: [numpy]\n", name: "../x")
        #expect(badName.kind == .invalid)
        #expect(bench.containers.purposes == ["solve"])
        bench.expectNothingBuilt()
    }

    @Test(
        "A channel that isn't there, or doesn't answer, is named with its line and the solver's words",
        arguments: [
            (
                "channels: ['file:///channel', 'http://127.0.0.1:9/none']\ndependencies: [numpy]\n", "1:31",
                "The channel “http://127.0.0.1:9/none” can't be read"
            ),
            ("dependencies: [berth-hello, 'file:///channel/nope::numpy']\n", "1:29", "There is no channel “file:///channel/nope”"),
        ])
    func channel(recipe: String, mark: String, words: String) async throws {
        let bench = try await TestStore()
        let error = try await failure(bench, recipe)
        #expect(error.message.english.contains(words), "\(error)")
        #expect(error.places.map { "\($0.line):\($0.column)" } == [mark] && error.places.first?.message == error.message, "\(error)")
        #expect(error.log.first?.hasPrefix("environment.yml:\(mark): ") == true && error.log.count > 1, "\(error)")
    }

    @Test("What pip can't find comes in pip's words, at the line that asks for it")
    func pip() async throws {
        let bench = try await TestStore()
        let error = try await failure(
            bench, "dependencies:\n  - python=3.11\n  - pip\n  - pip:\n      - six\n      - Berth_no-such-package.at.all==1.0\n")
        #expect(error.places.map { "\($0.line):\($0.column)" } == ["6:9"], "\(error)")
        #expect(error.message.english.contains("“pip:” part"))
        #expect(error.log.contains { $0.contains("No matching distribution found for Berth_no-such-package.at.all") }, "\(error)")
        bench.expectNothingBuilt()
    }

    @Test(
        "Whatever step is interrupted, nothing is left that could be mounted",
        arguments: ["solve", "install", "install-interpreter", "compile"])
    func interrupted(step: String) async throws {
        let bench = try await TestStore()
        bench.containers.breakAfter(step)
        let error = try await failure(bench, CreateTests.recipe)
        #expect(error.kind == .unavailable)
        bench.expectNothingBuilt()
        bench.containers.breakAfter(nil)
        _ = try await bench.store.create(for: bench.owner, environment: "x", recipe: CreateTests.recipe) { _ in }
        #expect(bench.names(in: "store/environments").count == 1)
    }

    @Test("What a crash left behind is gone after the next start")
    func crash() async throws {
        let bench = try await TestStore()
        let left = bench.state + "/store/work/staging/left/env/lib"
        try FileManager.default.createDirectory(atPath: left, withIntermediateDirectories: true)
        let unpacking = bench.state + "/store/work/pkgs/.numpy-2.0-0abc"
        try FileManager.default.createDirectory(atPath: unpacking, withIntermediateDirectories: true)
        let again = try await TestStore(state: bench.state)
        #expect(again.names(in: "store/work/pkgs") == [])
        #expect(again.names(in: "store/work/staging") == [])
    }

    @Test("A full disk is told as such, and leaves nothing", arguments: [30, 200])
    func fullDisk(megabytes: Int) async throws {
        let state = "/var/tmp/berth-full-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
        try #require(Bench.run("/bin/mount", "-t", "tmpfs", "-o", "size=\(megabytes)m", "tmpfs", state).status == 0)
        defer {
            _ = Bench.run("/bin/umount", state)
            try? FileManager.default.removeItem(atPath: state)
        }
        let bench = try await TestStore(state: state)
        let recipe = "dependencies: [python=3.11, numpy, jupyterlab]\n"
        let error = try await failure(bench, recipe)
        #expect(error.kind == .unavailable)
        #expect(error.message.english.contains("is full"), "\(error)")
        bench.expectNothingBuilt()
    }

    @Test("A build that takes too long is ended wherever it is, and leaves nothing", arguments: [0.2, 1, 1.5, 2, 3])
    func tooLong(seconds: Double) async throws {
        var settings = Bench.settings
        settings.timeout = seconds
        let bench = try await TestStore(settings: settings)
        let error = try await failure(bench, "dependencies: [python=3.11, jupyterlab, numpy]\n")
        #expect(error.message.english.contains("took longer"), "\(error)")
        bench.expectNothingBuilt()
    }

    @Test("A build that needs too much memory is told as such")
    func memory() async throws {
        var small = Bench.settings
        small.memory = 12 << 20
        let bench = try await TestStore(settings: small)
        let error = try await failure(bench, CreateTests.recipe)
        #expect(error.message.english.contains("more memory than its limit of 12 MiB"), "\(error)")
        bench.expectNothingBuilt()
    }
}
