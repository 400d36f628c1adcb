import Environments
import Foundation
import LauncherProtocol
import Testing

@testable import Store

/// Rights as files beside the repositories; no engine is needed.
@Suite struct SharingTests {
    private let alice = Account(
        name: "alice", uid: 1500, gid: 1500, groups: [.init(name: "alice", gid: 1500)], fullName: "", home: "/", shell: "/bin/sh")
    private let bob = Account(
        name: "bob", uid: 1501, gid: 1501, groups: [.init(name: "bob", gid: 1501), .init(name: "lab", gid: 44)], fullName: "", home: "/",
        shell: "/bin/sh")

    private func sharing() throws -> (Sharing, StoreLayout) {
        let layout = StoreLayout(state: "/var/tmp/berth-sharing-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(atPath: layout.repositories + "/1500", withIntermediateDirectories: true)
        return (Sharing(layout: layout), layout)
    }

    @Test("A right is given to a name or a group, the most of them counts, and it can be taken back")
    func grants() throws {
        let (sharing, layout) = try sharing()
        defer { try? FileManager.default.removeItem(atPath: layout.state) }
        let name = try #require(EnvironmentName("lab"))
        func right(_ account: Account) throws -> EnvironmentRight? {
            try sharing.right(of: .init(account), on: name, owner: 1500, reference: "alice/lab")
        }
        #expect(try right(alice) == .admin)
        #expect(try right(bob) == nil)
        _ = try sharing.set(.use, to: "bob", on: name, of: 1500)
        #expect(try right(bob) == .use)
        _ = try sharing.set(.edit, to: "@lab", on: name, of: 1500)
        #expect(try right(bob) == .edit)
        #expect(try sharing.set(nil, to: "@lab", on: name, of: 1500) == [EnvironmentGrant(to: "bob", right: .use)])
        try sharing.forget(name, of: 1500, reference: "alice/lab")
        #expect(try right(bob) == nil)
    }

    @Test("An assignment lets people use it; one default for the same people, the last one")
    func assignments() throws {
        let (sharing, layout) = try sharing()
        defer { try? FileManager.default.removeItem(atPath: layout.state) }
        let name = try #require(EnvironmentName("lab"))
        _ = try sharing.set(EnvironmentAssignment(environment: "alice/lab", to: "@lab", isDefault: true))
        #expect(try sharing.right(of: .init(bob), on: name, owner: 1500, reference: "alice/lab") == .use)
        let all = try sharing.set(
            EnvironmentAssignment(environment: "alice/next", to: "@lab", isDefault: true))
        #expect(all.filter(\.isDefault).map(\.environment) == ["alice/next"])
        #expect(try sharing.takeBack("alice/lab", from: "@lab").count == 1)
        #expect(try sharing.right(of: .init(bob), on: name, owner: 1500, reference: "alice/lab") == nil)
    }

    @Test("The nearest assignment counts; what is demanded is the only choice, also where nothing is chosen")
    func assigned() throws {
        func given(_ assignments: EnvironmentAssignment...) -> Assigned { Assigned(assignments, to: .init(bob)) }
        let forAll = EnvironmentAssignment(environment: "alice/base", to: "*", version: "aaaa", isDefault: true)
        let forLab = EnvironmentAssignment(environment: "alice/lab", to: "@lab", isDefault: true)
        let forBob = EnvironmentAssignment(environment: "alice/base", to: "bob", version: "bbbb")
        let nobodys = EnvironmentAssignment(environment: "alice/x", to: "@others", isMandatory: true)
        let free = given(forAll, forLab, forBob, nobodys)
        #expect(free.isFree && free.demanded == nil && free.admits("bob/own"))
        #expect(free.environments == ["alice/base", "alice/lab"] && free.preferred == "alice/lab")
        #expect(free.version(of: "alice/base") == "bbbb" && free.version(of: "alice/lab") == nil)

        let bound = given(forAll, forLab, EnvironmentAssignment(environment: "alice/exam", to: "*", version: "cccc", isMandatory: true))
        #expect(!bound.isFree && bound.environments == ["alice/exam"] && bound.preferred == "alice/exam" && bound.demanded == "alice/exam")
        #expect(bound.admits("alice/exam") && !bound.admits("exam") && !bound.admits("alice/lab"))
        #expect(bound.version(of: "alice/exam") == "cccc")
        #expect(given() == given(nobodys) && given().preferred == nil)
    }

    @Test("An environment's assignments end with it, and while it is demanded it can't be removed")
    func removal() throws {
        let (sharing, layout) = try sharing()
        defer { try? FileManager.default.removeItem(atPath: layout.state) }
        let name = try #require(EnvironmentName("lab"))
        _ = try sharing.set(EnvironmentAssignment(environment: "alice/lab", to: "@lab", isMandatory: true))
        let error = #expect(throws: StoreError.self) { try sharing.checkRemoval(of: "alice/lab") }
        #expect(error?.kind == .conflict && error?.message.english.contains("“@lab”") == true)
        try sharing.checkRemoval(of: "alice/other")
        _ = try sharing.set(EnvironmentAssignment(environment: "alice/lab", to: "@lab"))
        _ = try sharing.set(EnvironmentAssignment(environment: "bob/lab", to: "@lab"))
        try sharing.checkRemoval(of: "alice/lab")
        try sharing.forget(name, of: 1500, reference: "alice/lab")
        #expect(try sharing.assignments().map(\.environment) == ["bob/lab"])
    }

    @Test("A file that can't be read gives nobody a right")
    func broken() throws {
        let (sharing, layout) = try sharing()
        defer { try? FileManager.default.removeItem(atPath: layout.state) }
        let name = try #require(EnvironmentName("lab"))
        try "[".write(toFile: layout.repositories + "/1500/lab.grants.json", atomically: true, encoding: .utf8)
        #expect(throws: StoreError.self) { try sharing.right(of: .init(bob), on: name, owner: 1500, reference: "alice/lab") }
    }
}
