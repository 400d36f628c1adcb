import Environments
import Foundation
import LauncherProtocol
import Testing

@testable import Store

@Suite("The store: solving for other hosts, and as of a day", .serialized)
struct TargetTests {
    private let gpu = "name: gpu\ndependencies:\n  - berth-gpu\n"

    private func names(_ outcome: SolveRecipe.Outcome) throws -> [String] {
        try JSONDecoder().decode(Lock.self, from: Data(outcome.lock.utf8)).packages.map(\.name)
    }

    @Test("CUDA by hand solves for a GPU that this host hasn't, and nothing is kept")
    func cuda() async throws {
        let bench = try await TestStore()
        let solved = try await bench.store.solve(gpu, for: SolveTarget(cuda: "12.4"), by: 1500) { _ in }
        #expect(try names(solved) == ["berth-gpu"])
        await #expect(throws: StoreError.self) { try await bench.store.solve(gpu, for: SolveTarget(cuda: "11.8"), by: 1500) { _ in } }
        bench.expectNothingBuilt()

        var settings = Bench.settings
        settings.virtualPackages = ["__cuda=12.8"]
        let host = try await TestStore(settings: settings)
        #expect(try names(try await host.store.solve(gpu, for: SolveTarget(), by: 1500) { _ in }) == ["berth-gpu"])
        await #expect(throws: StoreError.self) { try await host.store.solve(gpu, for: SolveTarget(cuda: "none"), by: 1500) { _ in } }
    }

    @Test("An environment keeps the CUDA that it was made for, until another is given")
    func kept() async throws {
        let bench = try await TestStore()
        _ = try await bench.store.create(
            for: bench.owner, environment: nil, recipe: gpu, target: SolveTarget(cuda: "12.4")
        ) { _ in }
        let edited = try await bench.store.create(
            for: bench.owner, environment: nil, recipe: gpu + "  - berth-prefix\n"
        ) { _ in }
        #expect(edited.packages == 2)
        // What would be the next version is solved as that.
        #expect(try names(try await bench.store.solve(gpu, as: ("gpu", bench.owner.uid), by: 1500) { _ in }) == ["berth-gpu"])
        await #expect(throws: StoreError.self) { try await bench.store.solve(gpu, by: 1500) { _ in } }
        await #expect(throws: StoreError.self) {
            try await bench.store.create(for: bench.owner, environment: nil, recipe: gpu, target: SolveTarget(cuda: "host")) { _ in }
        }
    }

    @Test("What is said of the host by hand counts, is kept with the version, and forgotten by “host”")
    func virtualPackages() async throws {
        let bench = try await TestStore()
        func build(_ recipe: String, _ given: [String] = []) async throws -> EnvironmentSummary {
            try await bench.store.create(
                for: bench.owner, environment: nil, recipe: recipe, target: SolveTarget(virtualPackages: given)
            ) { _ in }
        }
        // Nothing here has a driver, whatever the name by which it is asked for.
        let made = try await build(gpu, ["__cuda=12.4", "__glibc=2.17"])
        #expect(made.notices.contains { $0.english.contains("a host with __glibc=2.17") })
        #expect(try await build(gpu + "  - berth-prefix\n").notices.contains { $0.english.contains("__glibc=2.17") })
        let repository = try bench.store.repositories.repository(try #require(EnvironmentName("gpu")), for: 1500)
        func file(_ name: String) throws -> String { String(decoding: try repository.run(["show", "main:\(name)"]).bytes, as: UTF8.self) }
        #expect(try file("cuda.txt") == "12.4\n" && file("virtual-packages.txt") == "__glibc=2.17\n")
        #expect(try await !build(gpu, ["__glibc=host"]).notices.contains { $0.english.contains("by hand") })
        #expect(try file("virtual-packages.txt") == "")
        await #expect(throws: StoreError.self) { try await build(gpu, ["__cuda=none"]) }
        await #expect(throws: StoreError.self) { try await build(gpu, ["__glibc"]) }
    }

    @Test("The C library is the oldest image's, not the builder's, unless somebody says another")
    func glibc() async throws {
        let recipe = "dependencies:\n  - berth-base\n  - __glibc >=2.34\n"
        let old = try await TestStore(leastGlibc: "2.17")
        let error = try await #require(throws: StoreError.self) { try await old.store.solve(recipe, by: 1500) { _ in } }
        #expect("\(error.log) \(error.places)".contains("__glibc"), "\(error)")
        let by = SolveTarget(virtualPackages: ["__glibc=2.34"])
        #expect(try names(try await old.store.solve(recipe, for: by, by: 1500) { _ in }) == ["berth-base"])
        var settings = Bench.settings
        settings.virtualPackages = ["__glibc=2.34"]
        let configured = try await TestStore(settings: settings, leastGlibc: "2.17")
        #expect(try names(try await configured.store.solve(recipe, by: 1500) { _ in }) == ["berth-base"])
    }

    @Test("As of a day, what came later does not exist")
    func asOf() async throws {
        let bench = try await TestStore()
        let recipe = "dependencies: [berth-base]\n"
        let error = try await #require(throws: StoreError.self) {
            try await bench.store.solve(recipe, for: SolveTarget(asOf: "2001-01-31"), by: 1500) { _ in }
        }
        #expect(error.log.contains { $0.contains("after the cutoff date of 2001-01-31") }, "\(error)")
        let solved = try await bench.store.solve(recipe, for: SolveTarget(asOf: "2999-12-31"), by: 1500) { _ in }
        #expect(solved.notices.contains { $0.english.contains("2999-12-31") })
        await #expect(throws: StoreError.self) { try await bench.store.solve(recipe, for: SolveTarget(asOf: "soon"), by: 1500) { _ in } }
    }

    @Test("Every platform of the recipe has its lock in the version; this host's alone is built")
    func platforms() async throws {
        let bench = try await TestStore()
        let recipe = "name: many\nplatforms: [linux-64, osx-arm64, linux-aarch64]\ndependencies:\n  - berth-base=1\n"
        _ = try await bench.store.create(for: bench.owner, environment: nil, recipe: recipe) { _ in }
        let found = try await bench.store.inspect("many", for: 1500)
        #expect(found.otherLocks.keys.sorted() == ["linux-aarch64", "osx-arm64"])
        let mac = try JSONDecoder().decode(Lock.self, from: Data(try #require(found.otherLocks["osx-arm64"]).utf8))
        #expect(mac.platform == "osx-arm64")
        #expect(mac.packages.map(\.version) == ["1.0"])
        #expect(bench.names(in: "store/environments").count == 1)

        // CPython of the test's channel is for Linux alone.
        let error = try await #require(throws: StoreError.self) {
            try await bench.store.create(
                for: bench.owner, environment: nil, recipe: recipe + "  - python=3.11\n"
            ) { _ in }
        }
        #expect(error.message.english.contains("osx-arm64"), "\(error)")
        #expect(try await bench.store.history(of: "many", for: 1500).count == 1)
    }
}
