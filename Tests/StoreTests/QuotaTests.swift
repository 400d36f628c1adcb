import Foundation
import Testing

@testable import Store

@Suite("The store: nobody's environments take more than they may", .serialized)
struct QuotaTests {
    private func create(_ bench: TestStore, _ name: String, _ package: String) async throws {
        _ = try await bench.store.create(for: bench.owner, environment: name, recipe: "dependencies: [\(package)]\n") { _ in }
    }

    @Test("A build that would be too much is refused with what to do, and nothing of it stays; what is removed makes room")
    func refused() async throws {
        // A small environment takes less than 64 KiB; Python's takes more than 50 MiB.
        let bench = try await TestStore(quota: 1 << 20)
        try await create(bench, "small", "berth-base=1.0")
        let before = bench.names(in: "store/environments")
        let error = try #require(await #expect(throws: StoreError.self) { try await create(bench, "large", "python=3.11") })
        #expect(error.kind == .failed)
        #expect(
            error.message.english.contains("With this version of “large”") && error.message.english.contains("quota is 1 MiB"), "\(error)")
        #expect(
            error.log.first?.contains("“large”, with this") == true && error.log.last?.contains("berth env remove small") == true,
            "\(error)")
        #expect(bench.names(in: "store/environments") == before)
        #expect(bench.names(in: "store/builds").count == 2 && bench.names(in: "store/locks").count == 1)
        #expect(bench.names(in: "store/work/staging") == [])
        #expect(bench.names(in: "environments/1500") == ["small.git"])

        let own = try await bench.store.ownStorage(of: 1500)
        #expect(own.quota == 1 << 20 && own.environments.map(\.name) == ["small"] && own.builds == own.environments[0].size)
        // A version that is there already adds nothing, whatever the quota.
        let none = try await TestStore(state: bench.state, quota: 1)
        let version = try #require(try await none.store.history(of: "small", for: 1500).first)
        _ = try await none.store.rollBack("small", to: version.id, for: none.owner) { _ in }
        try await none.store.remove("small", for: 1500, ownerName: "anna")
        #expect(try await none.store.ownStorage(of: 1500).builds == 0)
    }

    @Test("A build that others have stays where a person may not have it, and files that builds share count once")
    func shared() async throws {
        let others = try await TestStore()
        let bert = Store.Owner(name: "bert", uid: 1501)
        _ = try await others.store.create(for: bert, environment: "his", recipe: "dependencies: [berth-prefix]\n") { _ in }
        let bench = try await TestStore(state: others.state, quota: 1)
        await #expect(throws: StoreError.self) { try await create(bench, "mine", "berth-prefix") }
        #expect(bench.names(in: "store/environments").count == 1)
        #expect(try await bench.store.verify("his", for: 1501).differences == [])

        try await create(others, "one", "python=3.11, berth-base=1.0")
        try await create(others, "two", "python=3.11, berth-base=2.0")
        let own = try await others.store.ownStorage(of: 1500)
        #expect(own.builds < own.environments.reduce(0) { $0 + $1.size } * 3 / 4, "\(own)")
        #expect(own.quota == nil)
    }
}
