import Glibc
import NSS
import TestHost
import Testing

@Suite struct AccountDirectoryTests {
    private let directory = AccountDirectory()

    @Test func rootIsFoundByNameAndByUID() async throws {
        let byName = try #require(try await directory.lookUp(named: "root"))
        #expect(byName.uid == 0)
        #expect(byName.home == "/root")
        #expect(byName.groups.first == .init(name: "root", gid: 0))
        #expect(try directory.account(uid: 0) == byName)
        #expect(try directory.account(named: "root") == byName)
    }

    @Test(arguments: ["", "no-such-account-anywhere", "root\0", "root\0x", "../root", String(repeating: "x", count: 5000)])
    func whatIsNoAccountIsNotFound(name: String) throws {
        #expect(try directory.account(named: name) == nil)
    }

    @Test func anUnusedUIDIsNotFound() async throws {
        #expect(try await directory.lookUp(uid: 4_000_000_001) == nil)
    }

    /// More groups than the first buffer has room for, and one that is both primary and listed.
    @Test func allGroupsComeThePrimaryOneFirst() async throws {
        let person = try await Person("--comment 'Nora Nss,Room 7'")
        let groups = (0..<40).map { "\(person.name)-\($0)" }
        defer { for group in groups { _ = try? run("groupdel", group) } }
        for group in groups { try run("groupadd", "--users", person.name, group) }

        let found = try #require(try directory.account(named: person.name))
        #expect(found.fullName == "Nora Nss")
        #expect(found.groups.first?.gid == found.gid)
        #expect(Set(found.groups.map(\.name)) == Set(groups + [person.name]))
        #expect(found.groups.count == 41)
    }
}
