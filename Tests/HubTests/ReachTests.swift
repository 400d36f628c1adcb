import Accounts
import Configuration
import Foundation
import LauncherProtocol
import TLS
import Testing

@testable import Hub

/// Who may go into whose server, as the proxy is told.
@Suite(.timeLimit(.minutes(5))) struct ReachTests {
    private static let yaml = """
        roles:
          - {name: teachers, scopes: ["access:servers!group=course"], groups: [teachers]}
          - {name: helpers, scopes: ["access:servers!server=carol/two"], users: [otto], services: [grader]}
        services:
          - {name: grader, token_sha256: "\(Digest(sha256: "s3cret".utf8))"}
        """

    private func site() async throws -> Site {
        let read = try BerthConfiguration(yaml: Self.yaml)
        let site = try await Site {
            $0.roles = read.roles
            $0.services = read.services
        }
        for name in ["ada", "alice", "bob", "carol", "otto"] {
            try await site.accounts.noteLogin(name: name, uid: 1001, fullName: "", admin: name == "ada")
        }
        for (group, members) in [("course", ["bob", "carol"]), ("teachers", ["alice"])] {
            _ = try await site.accounts.makeGroup(named: group)
            try await site.accounts.changeGroup(named: group, adding: members)
        }
        return site
    }

    private static let all = ["ada", "alice", "bob", "carol", "otto"].map { ServerID(owner: $0) } + [ServerID(owner: "carol", name: "two")]

    private func opened(_ site: Site, by id: String) -> Set<String> {
        let access = site.access.withLock { $0 }
        guard let grant = (access.map { Array($0.sessions.values) + $0.tokens.values } ?? []).first(where: { $0.id == id }) else {
            return []
        }
        return Set(Self.all.filter(grant.reach.contains).map(ServerPaths.suffix))
    }

    @Test(arguments: [
        ("alice", ["self"], ["alice"]), ("alice", ["inherit"], ["alice", "bob", "carol", "carol/two"]),
        ("alice", ["access:servers"], ["alice", "bob", "carol", "carol/two"]), ("alice", ["access:servers!user=bob"], ["bob"]),
        ("alice", ["access:servers!user=otto"], []), ("alice", ["access:servers!server=carol/two"], ["carol/two"]),
        ("alice", ["access:servers!user"], ["alice"]), ("alice", ["read:users"], []), ("alice", ["shares!user=bob"], ["bob"]),
        ("bob", ["access:servers"], ["bob"]), ("bob", ["access:servers!user=alice"], []), ("bob", ["inherit"], ["bob"]),
        ("otto", ["inherit"], ["otto", "carol/two"]),
        // An administrator's token opens others' servers where it says so, not by being an administrator's.
        ("ada", ["inherit"], ["ada"]), ("ada", ["access:servers!user=bob"], ["bob"]),
        ("ada", ["access:servers"], ["ada", "alice", "bob", "carol", "carol/two", "otto"]),
        ("ada", ["access:servers!group=course"], ["bob", "carol", "carol/two"]),
    ])
    func aTokenOpensWhatItSaysAsFarAsItsOwnerMay(account: String, scopes: [String], servers: [String]) async throws {
        let site = try await site()
        let token = try await site.accounts.makeToken(account: account, note: "", scopes: scopes, lifetime: nil).token
        #expect(opened(site, by: token.id) == Set(servers))
    }

    @Test func aBrowserOpensOnesOwnAndWhatRolesOpen() async throws {
        let site = try await site()
        func session(_ account: String) async throws -> String {
            try await site.accounts.openSession(account: account, address: "", userAgent: "", login: nil).session.id
        }
        #expect(opened(site, by: try await session("alice")) == ["alice", "bob", "carol", "carol/two"])
        #expect(opened(site, by: try await session("ada")) == ["ada"])
        #expect(opened(site, by: try await session("otto")) == ["otto", "carol/two"])
        #expect(opened(site, by: "service:grader") == ["carol/two"])
    }

    @Test func whoLeavesAGroupLosesWhatItOpens() async throws {
        let site = try await site()
        let session = try await site.accounts.openSession(account: "alice", address: "", userAgent: "", login: nil).session
        try await site.accounts.changeGroup(named: "course", removing: ["bob"])
        #expect(opened(site, by: session.id) == ["alice", "carol", "carol/two"])
        try await site.accounts.changeGroup(named: "teachers", removing: ["alice"])
        #expect(opened(site, by: session.id) == ["alice"])
    }

    @Test func whoIsNoAdministratorAnyMoreOpensNothingWithTheirTokens() async throws {
        let site = try await site()
        let token = try await site.accounts.makeToken(account: "otto", note: "", scopes: ["access:servers!user=bob"], lifetime: nil).token
        #expect(opened(site, by: token.id) == [])
        try await site.accounts.setAdmin(true, of: "otto")
        #expect(opened(site, by: token.id) == ["bob"])
        try await site.accounts.setAdmin(false, of: "otto")
        #expect(opened(site, by: token.id) == [])
    }

    @Test func anUnknownScopeOfTheConfigurationIsNamed() throws {
        var configuration = BerthConfiguration()
        configuration.roles = try BerthConfiguration(yaml: "roles: [{name: r, scopes: [\"acess:servers\"]}]").roles
        #expect { try Roles(configuration) } throws: { "\($0)".contains("“acess:servers” in the role “r” is no scope") }
    }
}
