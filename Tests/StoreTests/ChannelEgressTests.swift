import Environments
import Foundation
import Testing

@testable import Store

/// What reads channels and fetches packages has no network of its own.
@Suite(.serialized) struct ChannelEgressTests {
    @Test("An administrator's channel is read wherever it is; a recipe's and a lock's at public addresses alone")
    func channels() async throws {
        let second = try SecondChannel("berth-extra=1.0")
        let (chosen, own) = (try WebServer(second.path), try WebServer(second.path))
        var settings = Bench.settings
        settings.network = "none"
        settings.channels = [chosen.url]
        let bench = try await TestStore(settings: settings)
        let made = try await bench.store.create(for: bench.owner, environment: "one", recipe: "dependencies: [berth-extra]\n") { _ in }
        let mount = try await bench.store.mount("one", for: 1500)
        #expect(bench.inEnvironment(mount, "cat $PREFIX/share/berth-extra.txt").text == "berth-extra 1.0\n")
        let explicit = try await bench.store.inspect("one", for: 1500).explicit

        let fresh = try await TestStore(settings: settings)
        let lock = explicit.replacing(chosen.url, with: own.url)
        try #require(lock != explicit)
        for text in ["channels: ['\(own.url)']\ndependencies: [berth-extra]\n", lock] {
            let error = await #expect(throws: StoreError.self) {
                try await fresh.store.create(for: fresh.owner, environment: "two", recipe: text) { _ in }
            }
            #expect(error?.log.contains { $0.contains("127.0.0.1:\(own.port)") && $0.contains("a private network") } == true, "\(text)")
            fresh.expectNothingBuilt()
        }

        // Admitted by name it is like any other.
        settings.pipHosts = ["127.0.0.1:\(own.port)"]
        let admitted = try await TestStore(settings: settings)
        let again = try await admitted.store.create(for: admitted.owner, environment: "two", recipe: lock) { _ in }
        #expect(again.packages == made.packages)
    }
}
