import Configuration
import Environments
import Foundation
import LauncherProtocol
import Logging
import Testing

@testable import Store

/// Everybody's environments, in real repositories, without an engine.
@Suite final class OverviewTests {
    private let store: Store
    private let layout: StoreLayout

    init() async throws {
        var configuration = BerthConfiguration()
        configuration.state = "/var/tmp/berth-overview-\(UUID().uuidString.prefix(8))"
        // No test here builds anything.
        store = Store(configuration: configuration, containers: DockerCommand(), logger: Logger(label: "test"))
        layout = store.layout
        try layout.prepare(builderUID: 0, gitUID: 64_103)
    }

    deinit { try? FileManager.default.removeItem(atPath: layout.state) }

    /// A version whose build is said to take `size` bytes.
    private func make(_ name: String, of owner: Store.Owner, size: Int, greeting: String = "") throws {
        let lock = Lock(platform: "linux-64", packages: [], variables: ["NAME": name, "GREETING": greeting])
        let version = EnvironmentVersion(recipe: "name: \(name)\n# \(greeting)\n", lock: lock, notices: [])
        _ = try store.repositories.record(version, as: try #require(EnvironmentName(name)), for: owner)
        let build = try version.build
        try FileManager.default.createDirectory(atPath: layout.environment(build), withIntermediateDirectories: true)
        try JSONEncoder().encode(BuildRecord(id: build.text, size: size)).write(to: URL(filePath: layout.record(build)))
    }

    @Test func oneIsShownWithAllThatIsKnownOfIt() async throws {
        let anna = Store.Owner(name: "anna", uid: 1500)
        try make("lab", of: anna, size: 100)
        try make("lab", of: anna, size: 250, greeting: "hello")
        try make("zoo", of: Store.Owner(name: "bert", uid: 1501), size: 30)
        _ = try await store.share("lab", of: 1500, with: "@class", as: .use)
        _ = try await store.assign(EnvironmentAssignment(environment: "anna/lab", to: "*"), name: "lab", of: 1500)
        let names: [UInt32: String] = [1500: "anna", 1501: "bert"]
        func all(_ text: String = "") async throws -> ListAllEnvironments.Outcome {
            try await store.overview(names: names, matching: text, offset: 0, limit: 10)
        }
        let before = try #require(try await all().environments.first)
        #expect(before.owner == "anna" && before.name == "lab" && before.versions == 2 && before.size == 250 && before.isBuilt)
        #expect(before.lastUsed == nil && before.grants == [EnvironmentGrant(to: "@class", right: .use)] && before.assignedTo == ["*"])
        _ = try await store.mount("lab", for: 1500)
        let used = try #require(try await all("NA/L").environments.first?.lastUsed)
        #expect(abs(used - Date().timeIntervalSince1970) < 60)
        #expect(try await all("bert/").environments.map(\.name) == ["zoo"])

        let storage = try await store.storage(names: names, matching: "", offset: 0, limit: 10)
        #expect(storage.accounts.map(\.owner) == ["anna", "bert"] && storage.accounts.map(\.builds) == [350, 30])
        #expect(storage.environments == 2 && storage.builds == 3 && storage.size == 380 && storage.free > 0)
        let found = try await store.storage(names: names, matching: "BERT", offset: 0, limit: 10)
        #expect(found.accounts.map(\.owner) == ["bert"] && found.total == 1 && found.size == 380)

        // A new version is seen, and so is that one is gone.
        try make("lab", of: anna, size: 1, greeting: "hello again")
        #expect(try await all("lab").environments.first?.versions == 3)
        try await store.remove("lab", for: 1500, ownerName: "anna")
        #expect(try await all().environments.map(\.name) == ["zoo"])
        try make("lab", of: anna, size: 100)
        #expect(try await all("lab").environments.first?.lastUsed == nil)
    }

    /// What is assigned or released outlives the retention.
    @Test func assignedVersionsAndReleasesKeepTheirBuilds() async throws {
        let anna = Store.Owner(name: "anna", uid: 1500), lab = try #require(EnvironmentName("lab"))
        for number in 0..<14 { try make("lab", of: anna, size: 1, greeting: "\(number)") }
        let history = try store.repositories.history(of: lab, for: 1500)
        let (released, pinned) = (history[12], history[13])
        #expect(try store.reachable() == Set(history.prefix(10).compactMap(\.build)))
        try store.repositories.tag(released, as: try #require(ReleaseName("paper")), of: lab, for: 1500)
        let pin = EnvironmentAssignment(environment: "anna/lab", to: "*", version: pinned.id.prefix(8).uppercased())
        _ = try await store.assign(pin, name: "lab", of: 1500)
        #expect(try store.reachable() == Set((history.prefix(10) + [released, pinned]).compactMap(\.build)))
        _ = try await store.takeBack("anna/lab", from: "*")
        #expect(try store.reachable() == Set((history.prefix(10) + [released]).compactMap(\.build)))

        // Nobody could start with what is not built.
        let gone = try #require(pinned.build)
        try FileManager.default.removeItem(atPath: layout.environment(gone))
        let error = await #expect(throws: StoreError.self) { try await store.assign(pin, name: "lab", of: 1500) }
        #expect(error?.message.english.contains("is not built any more") == true)
    }

    /// A history that was read before a build was recorded in it condemns nothing.
    @Test func whatIsRecordedWhileGarbageIsLookedForStays() async throws {
        let anna = Store.Owner(name: "anna", uid: 1500), lab = try #require(EnvironmentName("lab"))
        try make("lab", of: anna, size: 1)
        let version = try store.repositories.current(lab, for: 1500).0, build = try version.build
        try writeWhole(try version.lock.canonicalBytes, to: layout.lock(build))
        // Nothing needs it, as far as the histories of before say.
        let garbage = Garbage(needed: [])
        #expect(try await store.builds.bury(garbage, dryRun: true).builds == [build.text])
        await store.builds.beginSearch()
        let held = try await store.builds.restore(version, by: 1500) { _ in }
        #expect(try await store.builds.bury(garbage, dryRun: true).builds == [])
        await store.builds.release(held)
        #expect(try await store.builds.bury(garbage, dryRun: true).builds == [])
        await store.builds.beginSearch()
        #expect(try await store.builds.bury(garbage, dryRun: true).builds == [build.text])
    }

    @Test func oneThatCannotBeReadHidesNoOther() async throws {
        try make("good", of: Store.Owner(name: "anna", uid: 1500), size: 100)
        try FileManager.default.createDirectory(atPath: layout.repositories + "/1500/bad.git", withIntermediateDirectories: true)
        let all = try await store.overview(names: [1500: "anna"], matching: "", offset: 0, limit: 10).environments
        #expect(all.map(\.name) == ["bad", "good"] && all.map(\.versions) == [0, 1] && all.map(\.isBuilt) == [false, true])
    }

    /// Five hundred environments are found by name and shown by the page; only what changes is read again.
    @Test func fiveHundredArePagedAndSearched() async throws {
        try make("e0", of: Store.Owner(name: "u0", uid: 2000), size: 10)
        var names: [UInt32: String] = [:]
        for index in 0..<500 {
            let uid = UInt32(2000 + index / 10)
            names[uid] = "u\(uid - 2000)"
            guard index > 0 else { continue }
            try FileManager.default.createDirectory(atPath: layout.repositories + "/\(uid)", withIntermediateDirectories: true)
            try FileManager.default.copyItem(
                atPath: layout.repositories + "/2000/e0.git", toPath: layout.repositories + "/\(uid)/e\(index).git")
        }
        // The copies are root's.
        #expect(try store.repositories.takeOver().isEmpty)
        let owners = names
        func page(_ text: String, _ offset: Int) async throws -> ListAllEnvironments.Outcome {
            try await store.overview(names: owners, matching: text, offset: offset, limit: 50)
        }
        let first = try await page("", 0)
        #expect(first.total == 500 && first.environments.count == 50)
        #expect(try await page("", 490).environments.count == 10)
        #expect(try await page("e499", 0).environments.map(\.owner) == ["u49"])
        #expect(try await page("u7/", 0).total == 10)
        // Those of the pages that were shown, each once.
        #expect(store.index.readings == 71)
        _ = try await page("", 0)
        #expect(store.index.readings == 71)
        for _ in 1...2 {
            #expect(try await store.storage(names: owners, matching: "", offset: 0, limit: 50).environments == 500)
            #expect(store.index.readings == 500)
        }
    }
}
