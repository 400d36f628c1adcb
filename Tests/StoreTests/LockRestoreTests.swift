import Configuration
import Environments
import Foundation
import Testing

@testable import Store

@Suite("The store: environments from somebody's lock", .serialized)
struct LockRestoreTests {
    private static let recipe = "dependencies: [python=3.11, berth-hello, {pip: [humanize==4.11.0]}, pip]\n"

    @Test("Every form of a lock comes to the same build, bit for bit, in another store")
    func forms() async throws {
        let first = try await TestStore(warm: true)
        let made = try await first.store.create(for: first.owner, environment: "one", recipe: Self.recipe) { _ in }
        let outcome = try await first.store.inspect("one", for: 1500)
        let lock = try JSONDecoder().decode(Lock.self, from: Data(outcome.lock.utf8))
        let condaLock = try EnvironmentExport(name: "one", recipe: nil, lock: lock).condaLock

        let other = try await TestStore()
        let own = try await other.store.create(for: other.owner, environment: "own", recipe: outcome.lock) { _ in }
        #expect(own.build == made.build)
        let pixi = EnvironmentExport(name: "one", recipe: nil, lock: lock).pixiLock
        for (name, text) in [("explicit", outcome.explicit), ("conda-lock", condaLock), ("pixi", pixi)] {
            let summary = try await other.store.create(for: other.owner, environment: name, recipe: text) { _ in }
            // What pip's index calls a file is in no explicit file; the packages are the same, to the byte.
            let again = try await other.store.inspect(name, for: 1500)
            #expect(again.explicit == outcome.explicit)
            #expect(summary.packages == made.packages)
        }
        // Without hashes, as conda writes it by default, the index's own are taken, and that is told.
        let bare = outcome.explicit.replacing(/(\.conda|\.tar\.bz2)#[0-9a-f]{32,64}/) { String($0.output.1) }
        try #require(bare != outcome.explicit)
        let unproved = try await other.store.create(for: other.owner, environment: "bare", recipe: bare) { _ in }
        #expect(unproved.notices.contains { $0.english.hasPrefix("The lock came without hashes (packages: ") }, "\(unproved.notices)")
        #expect(try await other.store.inspect("bare", for: 1500).explicit == outcome.explicit)
        // And the recipe that came of it solves to the same.
        let recipe = try await other.store.inspect("own", for: 1500).recipe
        let solved = try await other.store.create(for: other.owner, environment: "again", recipe: recipe) { _ in }
        #expect(solved.build == made.build)
    }

    @Test("What is gone from the channel comes from the cache, else it is named with the nearest that fits")
    func gone() async throws {
        let folder = "/var/tmp/berth-gone-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try #require(Bench.run("/bin/cp", "-a", Bench.channel, folder).status == 0)
        var settings = Bench.settings
        settings.mounts = settings.mounts.map {
            $0.target == "/channel" ? SharedDirectory(source: folder, target: "/channel", readOnly: true) : $0
        }
        let bench = try await TestStore(settings: settings)
        _ = try await bench.store.create(for: bench.owner, environment: "one", recipe: "dependencies: [berth-base=1.0]\n") { _ in }
        let lock = try await bench.store.inspect("one", for: 1500).lock
        let package = try #require(try JSONDecoder().decode(Lock.self, from: Data(lock.utf8)).packages.first)
        let script = """
            import json, pathlib, sys
            shelf, name = pathlib.Path(sys.argv[1]), sys.argv[2]
            (shelf / name).unlink()
            for listing in shelf.glob("*repodata*"):
                if listing.suffix == ".json":
                    data = json.loads(listing.read_text())
                    for key in ("packages", "packages.conda"):
                        data.get(key, {}).pop(name, None)
                    listing.write_text(json.dumps(data))
                else:
                    listing.unlink()
            """
        // What lies there and is not what the lock says is no longer called gone.
        let digest = try #require(package.sha256), wrong = String(repeating: "ab", count: 32)
        let changed = "@EXPLICIT\n\(package.url)#\(wrong)\n"
        let other = try #require(
            await #expect(throws: StoreError.self) {
                try await bench.store.create(for: bench.owner, environment: "wrong", recipe: changed) { _ in }
            })
        #expect(other.message.english.hasPrefix("The channel's file has another content than the lock says"), "\(other)")
        #expect(
            other.log == [
                "berth-base 1.0 \(package.build) has another content there than the lock says: \(package.url)", "The nearest that fits:",
                "berth-base: 1.0 \(package.build) as the channel has it now",
            ])
        let taken = try await bench.store.create(for: bench.owner, environment: "taken", recipe: changed, nearest: true) { _ in }
        #expect(taken.notices.contains { $0.english.contains("has another content than the lock says") }, "\(taken.notices)")
        #expect(try await bench.store.inspect("taken", for: 1500).lock.contains(digest))

        // The channel drops it, from its list and from its shelf, and has version 2.0.
        let shelf = "\(folder)/\(package.subdir)/"
        let file = String(package.url.split(separator: "/").last ?? "")
        try #require(Bench.run("/usr/bin/python3", "-c", script, shelf, file).status == 0)
        let fromCache = try await bench.store.create(for: bench.owner, environment: "two", recipe: lock) { _ in }
        #expect(fromCache.packages == 1)

        let empty = try await TestStore(settings: settings)
        let error = try #require(
            await #expect(throws: StoreError.self) {
                try await empty.store.create(for: empty.owner, environment: "three", recipe: lock) { _ in }
            })
        #expect(error.message.english.contains("no longer to be had"), "\(error)")
        #expect(error.log.first == "berth-base \(package.version) \(package.build) is gone: \(package.url)")
        #expect(error.log.contains { $0.hasPrefix("berth-base: 1.0 ") && $0.contains("→ 2.0 ") }, "\(error.log)")
        empty.expectNothingBuilt()

        // A start whose build was lost with its store says the same, and what to do.
        let lost = try await TestStore(settings: settings)
        try lost.takeHistories(of: bench)
        let start = try #require(await #expect(throws: StoreError.self) { try await lost.store.mount("one", for: 1500) })
        #expect(start.kind == .failed && start.log == error.log, "\(start)")
        #expect(start.message.english.contains("“berth env rollback one "), "\(start)")

        let nearest = try await empty.store.create(for: empty.owner, environment: "three", recipe: lock, nearest: true) { _ in }
        #expect(nearest.notices.contains { $0.english.hasPrefix("berth-base is 2.0 ") }, "\(nearest.notices)")
    }

    @Test("A version that was yanked is chosen no more, and comes back where a lock has it")
    func yanked() async throws {
        let second = try SecondChannel("berth-yanked=1.0", "berth-yanked=2.0")
        let recipe = "channels: ['file:///second', nodefaults]\ndependencies: [berth-yanked]\n"
        let before = try await TestStore(settings: second.settings)
        _ = try await before.store.create(for: before.owner, environment: "one", recipe: recipe) { _ in }
        let lock = try await before.store.inspect("one", for: 1500).lock
        #expect(lock.contains("berth-yanked-2.0-0.tar.bz2"))

        try second.yank("berth-yanked", "2.0")
        let after = try await TestStore(settings: second.settings)
        _ = try await after.store.create(for: after.owner, environment: "new", recipe: recipe) { _ in }
        #expect(try await after.store.inspect("new", for: 1500).lock.contains("berth-yanked-1.0-0.tar.bz2"))
        _ = try await after.store.create(for: after.owner, environment: "old", recipe: lock) { _ in }
        #expect(try await after.store.inspect("old", for: 1500).lock.contains("berth-yanked-2.0-0.tar.bz2"))
    }

    @Test("A lock that could write what it is not is refused before anything is started")
    func unsound() async throws {
        let bench = try await TestStore()
        func package(_ name: String, url: String = "https://h/\(Platform.host)/a-1-0.conda") -> CondaPackage {
            CondaPackage(
                name: name, version: "1", build: "0", url: url, sha256: String(repeating: "ab", count: 32), md5: nil, size: nil,
                subdir: Platform.host, depends: [])
        }
        func text(_ packages: [CondaPackage], pip: [PipPackage] = [], options: [String] = [], variables: [String: String] = [:]) throws
            -> String
        {
            try Lock(platform: Platform.host, packages: packages, pip: pip, pipOptions: options, variables: variables).text
        }
        let locks = [
            try text([package("../../a")]), try text([package("a"), package("a")]), try text([package("a", url: "https://h/a\nb")]),
            try text(
                [package("a")], pip: [PipPackage(name: "b\n--index-url https://h", version: "1", url: "u", sha256: nil, direct: false)]),
            try text([package("a")], options: ["--pre\n--index-url https://h"]), try text([package("a")], variables: ["A: b\nC": "d"]),
            "@EXPLICIT\nhttps://h/\(Platform.host)/a b-1-0.conda#sha256:\(String(repeating: "ab", count: 32))\n",
        ]
        for lock in locks {
            let error = await #expect(throws: StoreError.self) {
                try await bench.store.create(for: bench.owner, environment: "x", recipe: lock) { _ in }
            }
            #expect(error?.kind == .invalid, "\(lock): \(String(describing: error))")
        }
        #expect(bench.containers.purposes == [])
        bench.expectNothingBuilt()
    }
}
