import Environments
import Foundation
import LauncherProtocol
import Testing

@testable import Store

/// What was removed lies beside what is there, in real repositories, without an engine.
@Suite("The store: what was removed comes back") struct RemovedTests {
    private let bare = BareStore()

    @Test("With its history and releases, and without anybody else's rights")
    func bringBack() async throws {
        let store = try bare.store()
        try bare.make("lab", greeting: "one", in: store)
        try bare.make("lab", greeting: "two", in: store)
        _ = try await store.tag("lab", as: "paper", version: nil, isTakenAway: false, for: 1500)
        _ = try await store.share("lab", of: 1500, with: "@class", as: .edit)
        let history = try await store.history(of: "lab", for: 1500)
        let removed = try await store.remove("lab", for: 1500, ownerName: "anna")
        #expect(removed.name == "lab" && removed.until - removed.removed == 86_400)
        #expect(try await store.names(for: 1500).isEmpty)
        #expect(try await store.removed(for: 1500) == [removed])
        #expect(try await store.removed(for: 1501).isEmpty)
        // Nobody else's, and under no name that is none.
        for (name, uid) in [("lab", UInt32(1501)), ("../lab", 1500), ("lab~1", 1500), ("", 1500)] {
            let error = await #expect(throws: StoreError.self) { try await store.bringBack(name, as: nil, for: uid) }
            #expect(error?.kind == .notFound, "\(name)")
        }
        let invalid = await #expect(throws: StoreError.self) { try await store.bringBack("lab", as: "../x", for: 1500) }
        #expect(invalid?.kind == .invalid)

        #expect(try await store.bringBack("lab", as: nil, for: 1500).name == "lab")
        #expect(try await store.history(of: "lab", for: 1500) == history && history[0].tags == ["paper"] && history.count == 2)
        #expect(try await store.grants(of: "lab", for: 1500).isEmpty)
        #expect(try await store.removed(for: 1500).isEmpty)
    }

    @Test("Several of one name stay apart, and none takes the place of what is there")
    func severalOfOneName() async throws {
        let store = try bare.store()
        for greeting in ["one", "two", "three"] {
            try bare.make("lab", greeting: greeting, in: store)
            try await store.remove("lab", for: 1500, ownerName: "anna")
        }
        let removed = try await store.removed(for: 1500)
        #expect(removed.count == 3 && Set(removed.map(\.id)).count == 3 && removed.allSatisfy { !$0.isNameTaken })
        func greeting(of name: String) async throws -> String { try await store.inspect(name, for: 1500).recipe }
        // The name means the one that was removed last.
        _ = try await store.bringBack("lab", as: nil, for: 1500)
        #expect(try await greeting(of: "lab").contains("three"))
        #expect(try await store.removed(for: 1500).map(\.isNameTaken) == [true, true])
        let taken = await #expect(throws: StoreError.self) { try await store.bringBack(removed[2].id, as: nil, for: 1500) }
        #expect(taken?.kind == .conflict)
        #expect(try await store.removed(for: 1500).map(\.id) == [removed[1].id, removed[2].id])
        #expect(try await store.bringBack(removed[2].id, as: "first", for: 1500).name == "first")
        #expect(try await greeting(of: "first").contains("one"))
        #expect(try await greeting(of: "lab").contains("three"))
    }

    @Test("After a while it can't be brought back, and the garbage takes it; not before")
    func garbage() async throws {
        let store = try bare.store()
        let build = try bare.make("lab", in: store)
        let removed = try await store.remove("lab", for: 1500, ownerName: "anna")
        let early = try await store.collectGarbage(inUse: [], names: [1500: "anna"], dryRun: false)
        #expect(early.builds == [build.text] && early.environments == [])
        // It comes back without its build, which is made again when somebody asks for it.
        let back = try await store.bringBack("lab", as: nil, for: 1500)
        #expect(back.build == build.text && back.name == "lab")
        #expect(try await store.history(of: "lab", for: 1500).map(\.isBuilt) == [false])

        try await store.remove("lab", for: 1500, ownerName: "anna")
        let later = try bare.store(keepAge: 0.001)
        #expect(try await later.removed(for: 1500).isEmpty)
        let gone = await #expect(throws: StoreError.self) { try await later.bringBack("lab", as: nil, for: 1500) }
        #expect(gone?.kind == .notFound)
        let dry = try await later.collectGarbage(inUse: [], names: [1500: "anna"], dryRun: true)
        #expect(dry.environments == ["anna/lab"] && dry.freed > 0)
        #expect(try await store.removed(for: 1500).map(\.name) == [removed.name])
        let outcome = try await later.collectGarbage(inUse: [], names: [1500: "anna"], dryRun: false)
        #expect(outcome.environments == ["anna/lab"] && outcome.freed == dry.freed)
        #expect(try await store.removed(for: 1500).isEmpty)
        let before = later.lastCollection
        #expect(try await later.collectGarbage(inUse: [], dryRun: true).environments == [])
        // Only what removes counts.
        #expect(later.lastCollection == before)
    }

    @Test("What was noted of builds that are gone goes with the garbage, and nothing else that was noted")
    func notes() async throws {
        let store = try bare.store(), layout = store.layout
        let there = try bare.make("lab", in: store), gone = try bare.make("lost", in: store)
        try FileManager.default.removeItem(atPath: layout.environment(gone))
        // A crash came while it was written.
        try Data().write(to: URL(filePath: layout.record(gone) + ".part"))
        func noted(_ build: BuildID) throws -> Int {
            try layout.notes.flatMap { try FileManager.default.contentsOfDirectory(atPath: $0) }.count { $0.hasPrefix(build.text) }
        }
        let dry = try await store.collectGarbage(inUse: [], dryRun: true)
        #expect(try dry.builds == [] && dry.freed > 0 && noted(gone) == 4)
        let outcome = try await store.collectGarbage(inUse: [], dryRun: false)
        #expect(try outcome.freed == dry.freed && noted(gone) == 0 && noted(there) == 3)
        #expect(try await store.collectGarbage(inUse: [], dryRun: true).freed == 0)
    }

    @Test("What is too much for the quota stays among the removed ones")
    func quota() async throws {
        let store = try bare.store(quota: 100 << 10)
        try bare.make("big", in: store)
        try await store.remove("big", for: 1500, ownerName: "anna")
        try bare.make("other", in: store)
        let error = await #expect(throws: StoreError.self) { try await store.bringBack("big", as: nil, for: 1500) }
        #expect(error?.kind == .failed && error?.message.english.contains("It stays among the removed ones.") == true)
        #expect(try await store.names(for: 1500) == ["other"])
        #expect(try await store.removed(for: 1500).map(\.name) == ["big"])
        try await store.remove("other", for: 1500, ownerName: "anna")
        #expect(try await store.bringBack("big", as: nil, for: 1500).name == "big")
    }
}
