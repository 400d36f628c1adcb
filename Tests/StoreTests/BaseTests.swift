import Foundation
import LauncherProtocol
import Store
import Testing

/// Edits that say which version they began from.
@Suite struct BaseTests {
    private static func recipe(_ packages: String...) -> String {
        "name: lab\nchannels: [file:///channel]\ndependencies:\n" + packages.map { "  - \($0)\n" }.joined()
    }

    @Test("Of two edits that began from the same version the second is told what the first has changed, and loses nothing")
    func twoEditors() async throws {
        let site = try await TestStore()
        func save(_ recipe: String, as owner: Store.Owner, from base: String?) async throws -> EnvironmentSummary {
            try await site.store.create(for: owner, environment: "lab", recipe: recipe, base: base) { _ in }
        }
        func current() async throws -> String { try await site.store.inspect("lab", for: 1500).version.id }
        _ = try await save(Self.recipe("berth-base"), as: site.owner, from: nil)
        let base = try await current()

        // Both at the same time: whoever comes second finds the other's version when its turn has come.
        let bob = Store.Owner(name: "bob", uid: 1500)
        async let first = Result { try await save(Self.recipe("berth-base", "berth-prefix"), as: site.owner, from: String(base.prefix(8))) }
        async let second = Result { try await save(Self.recipe("berth-base=1.0"), as: bob, from: base) }
        let results = await [first, second]
        #expect(results.count { (try? $0.get()) != nil } == 1)
        let error = try #require(results.compactMap { if case .failure(let error) = $0 { error as? StoreError } else { nil } }.first)
        let newest = try await current()
        #expect(error.kind == .conflict && error.obstacle == .newerVersion(newest) && newest != base)
        #expect(error.log.contains { $0.hasPrefix("+") })
        #expect(try await site.store.history(of: "lab", for: 1500).count == 2)

        // On top of what is there now it goes in.
        _ = try await save(Self.recipe("berth-base=1.0", "berth-activated"), as: bob, from: newest)
        #expect(try await site.store.inspect("lab", for: 1500).version.author == "bob")
    }

    @Test("A version to begin from must be one, and of an environment that is there")
    func nonsense() async throws {
        let site = try await TestStore()
        for (base, kind) in [("abc", StoreError.Kind.invalid), ("zzzz", .invalid), ("abcd", .conflict)] {
            let error = await #expect(throws: StoreError.self) {
                try await site.store.create(for: site.owner, environment: "lab", recipe: Self.recipe("berth-base"), base: base) { _ in }
            }
            #expect(error?.kind == kind)
        }
        site.expectNothingBuilt()
    }
}

extension Result where Failure == any Error {
    init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
