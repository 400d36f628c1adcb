import Environments
import Foundation
import Testing

@testable import Store

/// Several channels: which one a package is taken from, and what a channel says that is not so.
@Suite(.serialized) struct ChannelTests {
    @Test("The order of the channels decides where it counts, and the newest of all is taken where it doesn't")
    func order() async throws {
        let second = try SecondChannel("berth-base=3.0", "berth-extra=1.0")
        let bench = try await TestStore(settings: second.settings)
        func solved(_ head: String, _ specs: String = "berth-base") async throws -> [String] {
            let text = "\(head)\ndependencies: [\(specs)]\n"
            let lock = try await bench.store.solve(text, by: 1500) { _ in }.lock
            return try Lock(json: lock).packages.map { "\($0.name) \($0.version) \($0.url.split(separator: "/")[1])" }
        }
        #expect(try await solved("channels: [file:///channel, file:///second]") == ["berth-base 2.0 channel"])
        #expect(try await solved("channels: [file:///second, file:///channel]") == ["berth-base 3.0 second"])
        #expect(
            try await solved("channels: [file:///channel, file:///second]\nchannel_priority: disabled") == ["berth-base 3.0 second"])
        // Of the first channel that has what a line asks for.
        #expect(
            try await solved("channels: [file:///second, file:///channel]", "berth-base=2.0") == ["berth-base 2.0 channel"])
        // A channel that a line names itself needs not be among the recipe's.
        #expect(
            try await solved("channels: [file:///channel]", "berth-base, 'file:///second::berth-extra'")
                == ["berth-base 2.0 channel", "berth-extra 1.0 second"])
    }

    @Test("A server that says “not modified” without a date is read all the same, also when its index was written just now")
    func notModified() async throws {
        let second = try SecondChannel("berth-extra=1.0", "berth-extra=2.0")
        // In shards, as the large channels have it; what was changed just now is asked for anew each time.
        try #require(FileManager.default.fileExists(atPath: "\(second.path)/noarch/repodata_shards.msgpack.zst"))
        let server = try WebServer(second.path)
        var settings = Bench.settings
        settings.channels = [server.url]
        let bench = try await TestStore(settings: settings)
        let recipe = "dependencies: [berth-extra=1.0]\n"
        for _ in 1...3 { _ = try await bench.store.solve(recipe, by: 1500) { _ in } }
        _ = try await bench.store.create(for: bench.owner, environment: "one", recipe: recipe) { _ in }
        let lock = try await bench.store.inspect("one", for: 1500).explicit
        _ = try await bench.store.create(for: bench.owner, environment: "two", recipe: lock) { _ in }
        // A line may name the very file: it is the same package, with the digest that the channel gives.
        let address = "\(server.url)/noarch/berth-extra-1.0-0.tar.bz2"
        _ = try await bench.store.create(for: bench.owner, environment: "three", recipe: "dependencies: ['\(address)']\n") { _ in }
        #expect(try await bench.store.inspect("three", for: 1500).explicit == lock)
    }

    @Test("A package that is not what the lock says is not built, and is not in the cache for anybody")
    func tampered() async throws {
        let second = try SecondChannel("berth-extra=1.0")
        let first = try await TestStore(settings: second.settings)
        let recipe = "channels: [file:///second]\ndependencies: [berth-extra]\n"
        let made = try await first.store.create(for: first.owner, environment: "one", recipe: recipe) { _ in }
        let lock = try await first.store.inspect("one", for: 1500).lock

        // The same name with another content; the channel's list says what it said before.
        let file = second.file("berth-extra", "1.0"), honest = try Data(contentsOf: URL(filePath: file))
        let other = try SecondChannel("berth-extra=1.0x")
        try Data(contentsOf: URL(filePath: other.file("berth-extra", "1.0x"))).write(to: URL(filePath: file))
        let fresh = try await TestStore(settings: second.settings)
        for text in [lock, recipe] {
            let error = await #expect(throws: StoreError.self) {
                try await fresh.store.create(for: fresh.owner, environment: "two", recipe: text) { _ in }
            }
            #expect(error?.kind == .failed)
            fresh.expectNothingBuilt()
        }

        // As it was, it is built: nothing of the other has stayed.
        try honest.write(to: URL(filePath: file))
        let again = try await fresh.store.create(for: fresh.owner, environment: "two", recipe: lock) { _ in }
        #expect(again.build == made.build)
        let mount = try await fresh.store.mount("two", for: 1500)
        #expect(try String(contentsOfFile: mount.hostPath + "/share/berth-extra.txt", encoding: .utf8) == "berth-extra 1.0\n")
        #expect(try await fresh.store.verify("two", for: 1500).differences == [])
    }

    @Test("A version whose package was withdrawn is gone back to from the cache; without, what is gone is named and the nearest built")
    func withdrawn() async throws {
        let second = try SecondChannel("berth-extra=1.0", "berth-extra=2.0")
        let bench = try await TestStore(settings: second.settings)
        func recipe(_ version: String) -> String { "channels: [file:///second]\ndependencies: [berth-extra=\(version)]\n" }
        let first = try await bench.store.create(for: bench.owner, environment: "one", recipe: recipe("1.0")) { _ in }
        let old = try await bench.store.inspect("one", for: 1500).version.id
        _ = try await bench.store.create(for: bench.owner, environment: "one", recipe: recipe("2.0")) { _ in }
        try FileManager.default.removeItem(atPath: second.file("berth-extra", "1.0"))
        try second.write([])

        // A recipe that asks for it can't be solved any more; the old version needs the channel no more.
        await #expect(throws: StoreError.self) {
            try await bench.store.create(for: bench.owner, environment: "other", recipe: recipe("1.0")) { _ in }
        }
        #expect(try await bench.store.rollBack("one", to: old, for: bench.owner) { _ in }.build == first.build)

        // On a host that has lost build, cache and linked packages.
        _ = try await bench.store.create(for: bench.owner, environment: "one", recipe: recipe("2.0")) { _ in }
        let lost = ["store/environments/\(first.build)", "store/work/pkgs", "store/linked"].map { bench.state + "/" + $0 }
        for path in lost { try FileManager.default.removeItem(atPath: path) }
        await bench.store.sweep()
        let error = await #expect(throws: StoreError.self) {
            try await bench.store.rollBack("one", to: old, for: bench.owner) { _ in }
        }
        #expect(error?.obstacle == .packagesGone)
        #expect(error?.log.contains { $0.hasPrefix("berth-extra 1.0 0 is gone") } == true)
        let nearest = try await bench.store.rollBack("one", to: old, nearest: true, for: bench.owner) { _ in }
        #expect(nearest.notices.contains { $0.english.hasPrefix("berth-extra is 2.0 ") }, "\(nearest.notices)")
        let now = try await bench.store.inspect("one", for: 1500)
        #expect(now.recipe == recipe("1.0") && now.version.message == "Roll back to \(old.prefix(12))")
    }
}
