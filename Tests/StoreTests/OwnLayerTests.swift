import Environments
import Foundation
import LauncherProtocol
import Synchronization
import Testing

@testable import Store

/// What was reported.
private final class Told: Sendable {
    private let reports = Mutex<[BuildProgress]>([])
    var all: [BuildProgress] { reports.withLock(\.self) }
    func add(_ report: BuildProgress) { reports.withLock { $0.append(report) } }
}

/// What somebody has installed over versions that are not the current one any more.
@Suite("The store: no layer is lost without a word") struct OwnLayerTests {
    private let bare = BareStore()

    /// What somebody's server leaves, as pip would: over the current version of anna's environment.
    private func install(_ package: String, over name: String, as uid: UInt32, in store: Store) async throws -> String {
        let mount = try await store.mount(name, owner: 1500, for: uid)
        await store.release(mount)
        let upper = try #require(mount.layer).upper, folder = "\(upper)/lib/python3.11/site-packages/\(package)-1.0.dist-info"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try "Metadata-Version: 2.1\nName: \(package)\nVersion: 1.0\n\n".write(
            toFile: folder + "/METADATA", atomically: false, encoding: .utf8)
        try "".write(toFile: folder + "/REQUESTED", atomically: false, encoding: .utf8)
        return upper
    }

    @Test("A new version hides what lies over the one before, and it is told of until it is saved or thrown away")
    func hidden() async throws {
        let store = try bare.store()
        let first = try bare.make("lab", greeting: "one", in: store)
        func layers(_ uid: UInt32, _ version: String? = nil) async throws -> [PersonalLayer] {
            try await store.layers(over: "lab", of: 1500, for: uid, startingWith: version)
        }
        #expect(await store.ownLayers(over: "lab", of: 1500, for: 1501) == .none)
        let upper = try await install("humanize", over: "lab", as: 1501, in: store)
        #expect(await store.ownLayers(over: "lab", of: 1500, for: 1501) == OwnLayers(hasCurrent: true, earlier: 0))

        // The owner's next version: the layer of somebody who only uses it is hidden, and nobody else's.
        try bare.make("lab", greeting: "two", in: store)
        #expect(await store.ownLayers(over: "lab", of: 1500, for: 1501) == OwnLayers(hasCurrent: false, earlier: 1))
        #expect(await store.ownLayers(over: "lab", of: 1500, for: 1500) == .none)
        let old = try #require(try await layers(1501).first)
        #expect(old.version.build == first.text && !old.isCurrent && !old.isSaved && abs(old.changed - Date().timeIntervalSince1970) < 60)
        #expect(old.summary.changes.map(\.description) == ["+ humanize 1.0"] && old.summary.files == 2)
        #expect(try await store.inspectLayer(of: "lab", version: old.version.id, owner: 1500, for: 1501) == old.summary)
        #expect(try await store.inspectLayer(of: "lab", owner: 1500, for: 1501).files == 0)

        // Whose servers start with that very version has it still.
        let pinned = await store.ownLayers(over: "lab", of: 1500, for: 1501, startingWith: old.version.id)
        #expect(pinned == OwnLayers(hasCurrent: true, earlier: 0))
        #expect(try await layers(1501, old.version.id).map(\.isCurrent) == [true])

        // An empty layer is none, and several are told with the newest version first.
        _ = try await store.mount("lab", owner: 1500, for: 1501)
        #expect(try await layers(1501).count == 1)
        _ = try await install("colorama", over: "lab", as: 1501, in: store)
        #expect(try await layers(1501).map(\.isCurrent) == [true, false])

        // What was saved is no longer told of, until something is changed.
        let location = LayerLocation(uid: 1501, owner: 1500, environment: try #require(EnvironmentName("lab")), build: first)
        store.noteSaved(location, at: Date().timeIntervalSince1970)
        #expect(try await layers(1501).map(\.isSaved) == [false, true])
        #expect(await store.ownLayers(over: "lab", of: 1500, for: 1501) == OwnLayers(hasCurrent: true, earlier: 0))
        store.noteSaved(location, at: Date().timeIntervalSince1970 - 5)
        try FileManager.default.createDirectory(atPath: upper + "/more", withIntermediateDirectories: true)
        #expect(await store.ownLayers(over: "lab", of: 1500, for: 1501).earlier == 1)

        // Thrown away by its version, and no other with it.
        let refused = await #expect(throws: StoreError.self) {
            try await store.discardLayer(of: "lab", version: old.version.id, owner: 1500, for: 1501, inUse: [first.text])
        }
        #expect(refused?.kind == .conflict)
        try await store.discardLayer(of: "lab", version: old.version.id, owner: 1500, for: 1501, inUse: [])
        #expect(await store.ownLayers(over: "lab", of: 1500, for: 1501) == OwnLayers(hasCurrent: true, earlier: 0))
        #expect(await store.ownLayers(over: "../lab", of: 1500, for: 1501) == .none)
    }

    @Test("Garbage leaves what lies over a removed environment as long as that can be brought back, and what is new")
    func garbage() async throws {
        let store = try bare.store()
        try bare.make("lab", in: store)
        let upper = try await install("humanize", over: "lab", as: 1501, in: store)
        try await store.remove("lab", for: 1500, ownerName: "anna")
        #expect(try await store.orphanedLayers(of: 1501).isEmpty)
        #expect(try await store.collectGarbage(inUse: [], dryRun: true).layers == 0)
        #expect(try await store.collectGarbage(inUse: [], dryRun: false).layers == 0)
        #expect(FileManager.default.fileExists(atPath: upper))

        // It follows the environment to another name, unless one of the old name has the very same build.
        _ = try await store.bringBack("lab", as: "team", for: 1500)
        #expect(await store.ownLayers(over: "team", of: 1500, for: 1501) == OwnLayers(hasCurrent: true, earlier: 0))
        #expect(!FileManager.default.fileExists(atPath: upper))
        try await store.remove("team", for: 1500, ownerName: "anna")

        // Not in any history: the history was lost, or the removed one can't be brought back any more.
        let removed = "\(bare.state)/environments/1500/.removed"
        for name in try FileManager.default.contentsOfDirectory(atPath: removed) {
            try FileManager.default.removeItem(atPath: removed + "/" + name)
        }
        #expect(try await store.collectGarbage(inUse: [], dryRun: false).layers == 0)
        let orphan = try #require(try await store.orphanedLayers(of: 1501).first)
        #expect(orphan.owner == 1500 && orphan.layer.environment == "team" && orphan.layer.files == 2)
        let later = try bare.store(keepAge: 0.001)
        let dry = try await later.collectGarbage(inUse: [], dryRun: true)
        #expect(dry.layers == 1 && dry.layerBytes > 0)
        #expect(try await later.collectGarbage(inUse: [], dryRun: false).layers == 1)
        #expect(try await later.collectGarbage(inUse: [], dryRun: false).layers == 0)
    }

    @Test("Two environments of one build keep their layers apart when one gets another name")
    func sameBuild() async throws {
        let store = try bare.store()
        try bare.make("lab", in: store)
        try await store.remove("lab", for: 1500, ownerName: "anna")
        try bare.make("lab", in: store)
        _ = try await install("humanize", over: "lab", as: 1500, in: store)
        _ = try await store.bringBack("lab", as: "older", for: 1500)
        #expect(await store.ownLayers(over: "lab", of: 1500, for: 1500).hasCurrent)
        #expect(await store.ownLayers(over: "older", of: 1500, for: 1500) == .none)
    }

    @Test("Any version is verified, current or not")
    func verified() async throws {
        let store = try bare.store()
        let first = try bare.make("lab", greeting: "one", in: store)
        try bare.make("lab", greeting: "two", in: store)
        let old = try #require(try await store.history(of: "lab", for: 1500).last)
        try Data(repeating: 2, count: 64 << 10).write(to: URL(filePath: store.layout.environment(first) + "/file"))
        let told = Told()
        let found = try await store.verify("lab", version: String(old.id.prefix(8)), for: 1500) { told.add($0) }
        #expect(found.build == first.text && found.version == old.id && found.differences == [.init(.changed, "file")])
        #expect(told.all.contains { $0.phase == .comparing && $0.fraction == 1 })
        #expect(try await store.verify("lab", for: 1500).differences == [])
        let unknown = await #expect(throws: StoreError.self) { try await store.verify("lab", version: "ffff", for: 1500) }
        #expect(unknown?.kind == .notFound)
    }
}
