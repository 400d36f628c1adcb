import Configuration
import Foundation
import TLS
import Testing

@testable import Hub

/// Roles and services of the configuration, as the API shows them.
@Suite(.timeLimit(.minutes(5))) struct RoleTests {
    private func site() async throws -> Site {
        let read = try BerthConfiguration(
            yaml: """
                roles:
                  - {name: user, scopes: ["access:services!service=board"]}
                  - {name: readers, scopes: ["list:users!group=course"], users: [alice], groups: [staff], services: [grader]}
                services:
                  - {name: grader, token_sha256: "\(Digest(sha256: "grader-token".utf8))"}
                  - {name: board, url: "http://127.0.0.1:9"}
                """)
        let site = try await Site {
            $0.roles = read.roles
            $0.services = read.services
        }
        for name in ["ada", "alice", "bob"] { try await site.accounts.noteLogin(name: name, uid: 1001, fullName: "", admin: name == "ada") }
        for group in ["course", "staff"] { _ = try await site.accounts.makeGroup(named: group) }
        try await site.accounts.changeGroup(named: "course", adding: ["bob"])
        return site
    }

    private func token(_ site: Site, _ account: String, _ scopes: [String] = ["inherit"]) async throws -> [String: String] {
        ["Authorization": "token \(try await site.accounts.makeToken(account: account, note: "", scopes: scopes, lifetime: nil).secret)"]
    }

    private static let grader = ["Authorization": "Bearer grader-token"]

    @Test func rolesAreInTheModelsAndGiveTheirScopes() async throws {
        let site = try await site()
        let alice = try await token(site, "alice"), ada = try await token(site, "ada")
        let me = try await site.browser().send("GET", "/hub/api/user", alice, "").json
        #expect(me["roles"] as? [String] == ["user", "readers"])
        let scopes = try #require(me["scopes"] as? [String])
        #expect(scopes.contains("list:users!group=course") && scopes.contains("access:services!service=board"))
        #expect(scopes.contains("access:servers!user=alice") && !scopes.contains("admin:users"))
        let names = try await site.browser().send("GET", "/hub/api/users", alice, "")
        #expect(names.body.contains("\"bob\"") && names.body.contains("\"alice\"") && !names.body.contains("\"ada\""))
        #expect(try await site.browser().send("GET", "/hub/api/users/ada", ada, "").json["roles"] as? [String] == ["admin", "user"])
        #expect(try await site.browser().send("GET", "/hub/api/groups/staff", ada, "").json["roles"] as? [String] == ["readers"])
    }

    @Test func aTokenCanBeAskedForByRole() async throws {
        let site = try await site()
        let alice = try await token(site, "alice")
        func made(_ body: String) async throws -> Browser.Answer {
            try await site.browser().send("POST", "/hub/api/users/alice/tokens", alice, body)
        }
        #expect(try await made(#"{"roles": ["readers"]}"#).json["scopes"] as? [String] == ["list:users!group=course"])
        #expect(
            try await made(#"{"roles": ["server"], "scopes": ["read:users!user"]}"#).json["scopes"] as? [String] == [
                "read:users!user", "users:activity!user", "access:servers!user",
            ])
        #expect(try await made(#"{"roles": ["admin"]}"#).status == 403)
        #expect(try await made(#"{"roles": ["nobody"]}"#).status == 400)
    }

    @Test func aServiceHasWhatItsRolesGiveAndNothingOfAPerson() async throws {
        let site = try await site()
        func get(_ path: String) async throws -> Browser.Answer { try await site.browser().send("GET", "/hub/api" + path, Self.grader, "") }
        let me = try await get("/user")
        #expect(me.json["kind"] as? String == "service" && me.json["name"] as? String == "grader")
        #expect((me.json["scopes"] as? [String])?.first == "list:users!group=course")
        let users = try await get("/users")
        #expect(users.status == 200 && users.body.contains("\"bob\"") && !users.body.contains("\"alice\""))
        // What its scopes do not open is not in the models.
        #expect(!users.body.contains("last_activity") && !users.body.contains("servers"))
        for path in ["/info", "/profiles", "/environments", "/services", "/users/bob/tokens", "/audit"] {
            #expect(try await get(path).status == 403, "\(path)")
        }
        #expect(try await site.browser().send("GET", "/hub/home", Self.grader, "").status == 303)
        #expect(try await site.browser().send("GET", "/hub/api/user", ["Authorization": "token grader"], "").status == 403)
    }

    @Test func servicesAreListedForThoseWhoMaySeeThem() async throws {
        let site = try await site()
        let ada = try await token(site, "ada"), bob = try await token(site, "bob")
        let all = try await site.browser().send("GET", "/hub/api/services", ada, "").json
        #expect(Set(all.keys) == ["grader", "board"])
        let board = try await site.browser().send("GET", "/hub/api/services/board", ada, "").json
        #expect(board["kind"] as? String == "service" && board["url"] as? String == "/services/board/")
        #expect(try await site.browser().send("GET", "/hub/api/services/none", ada, "").status == 404)
        #expect(try await site.browser().send("GET", "/hub/api/services", bob, "").status == 403)
    }

    @Test func aTokenShowsOfPeopleWhatItMayRead() async throws {
        let site = try await site()
        let names = try await token(site, "ada", ["list:users"]), servers = try await token(site, "ada", ["list:users", "read:servers"])
        func keys(_ headers: [String: String]) async throws -> Set<String> {
            Set(try await site.browser().send("GET", "/hub/api/users/bob", headers, "").json.keys)
        }
        #expect(try await keys(names) == ["kind", "name", "admin"])
        #expect(try await keys(servers) == ["kind", "name", "admin", "servers"])
        #expect(try await keys(token(site, "bob")).isSuperset(of: ["groups", "roles", "server", "servers", "created", "last_activity"]))
    }
}
