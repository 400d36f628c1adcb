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
}
