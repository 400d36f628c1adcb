import Foundation
import LauncherProtocol
import Synchronization
import Testing

@testable import Store

@Suite("The store: a start whose build is gone", .serialized)
struct MissingBuildTests {
    @Test("Starts make a build that is gone again, once for all of them, as it was; it stays while somebody mounts it")
    func made() async throws {
        let before = try await TestStore()
        let summary = try await before.store.create(
            for: before.owner, environment: "small", recipe: "dependencies: [berth-prefix]\n"
        ) { _ in }
        let bench = try await TestStore()
        try bench.takeHistories(of: before)
        let told = Mutex<[String]>([])
        async let own = bench.store.mount("small", for: 1500) { step in told.withLock { $0.append(step.message.english) } }
        async let others = bench.store.mount("small", owner: 1500, for: 1501, reference: "anna/small")
        let mounts = try await [own, others]
        #expect(mounts.map(\.build) == [summary.build, summary.build])
        #expect(bench.containers.purposes == ["describe", "install"])
        #expect(told.withLock { $0.first } == "The build of “small” is gone from the store: it is made again")
        let files = try [before, bench].map { try Manifest(from: $0.state + "/store/builds/\(summary.build).manifest").files }
        #expect(files[0] == files[1])
        #expect(try await bench.store.verify("small", for: 1500).differences == [])

        // Also where its history went in between.
        try await bench.store.remove("small", for: 1500, ownerName: "anna")
        for mount in mounts {
            #expect(try await bench.store.collectGarbage(inUse: [], dryRun: false).builds == [])
            await bench.store.release(mount)
        }
        #expect(try await bench.store.collectGarbage(inUse: [], dryRun: false).builds == [summary.build])
    }

    @Test("Whoever gives a start up waits no longer; the build goes on for the next one")
    func givenUp() async throws {
        let before = try await TestStore()
        _ = try await before.store.create(for: before.owner, environment: "small", recipe: "dependencies: [berth-prefix]\n") { _ in }
        let bench = try await TestStore()
        try bench.takeHistories(of: before)
        let start = Task { try await bench.store.mount("small", for: 1500) }
        _ = await bench.containers.begun(1, "describe")
        start.cancel()
        let error = await #expect(throws: StoreError.self) { try await start.value }
        #expect(error?.message.english == "The start was given up.")
        let mount = try await bench.store.mount("small", for: 1500)
        #expect(bench.containers.purposes == ["describe", "install"])
        await bench.store.release(mount)
        // Nobody holds it for the one that was given up.
        try await bench.store.remove("small", for: 1500, ownerName: "anna")
        #expect(try await bench.store.collectGarbage(inUse: [], dryRun: false).builds == [mount.build])
    }

    @Test("A build goes on while somebody waits for it, and ends with the last; then nothing of it stays")
    func cancelled() async throws {
        let before = try await TestStore()
        _ = try await before.store.create(for: before.owner, environment: "small", recipe: "dependencies: [berth-prefix]\n") { _ in }
        let version = try await before.store.history(of: "small", for: 1500)[0].id
        let bench = try await TestStore()
        try bench.takeHistories(of: before)
        func rollBack() -> Task<EnvironmentSummary, any Error> {
            Task { try await bench.store.rollBack("small", to: version, for: bench.owner) { _ in } }
        }
        let alone = rollBack()
        _ = await bench.containers.begun(1, "install")
        // It waits for the turn of the environment, and no longer than it wants.
        let behind = rollBack()
        behind.cancel()
        await #expect(throws: StoreError.givenUp) { try await behind.value }
        alone.cancel()
        await #expect(throws: StoreError.givenUp) { try await alone.value }
        await bench.containers.ended(1, "install")
        for folder in ["store/environments", "store/builds", "store/work/staging"] { #expect(bench.names(in: folder) == [], "\(folder)") }

        let first = rollBack()
        _ = await bench.containers.begun(2, "install")
        let (steps, step) = AsyncStream.makeStream(of: BuildProgress.Phase.self)
        let copy = Task {
            try await bench.store.copy(
                "small", version: nil, from: 1500, reference: "anna/small", to: nil, for: .init(name: "bert", uid: 1501)
            ) {
                step.yield($0.phase)
            }
        }
        // From then on it waits for the build, whose progress it gets, or the build is there.
        for await phase in steps where ![.reading, .waiting, .solving].contains(phase) { break }
        first.cancel()
        _ = await first.result
        #expect(try await copy.value.name == "small")
        #expect(bench.containers.purposes.filter { $0 == "install" }.count == 2)
    }
}
