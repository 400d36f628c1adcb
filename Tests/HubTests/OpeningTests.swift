import Accounts
import Foundation
import LauncherProtocol
import Testing

@testable import Hub

/// “Open as”: an administrator in another's server.
@Suite(.timeLimit(.minutes(5))) struct OpeningTests {
    private func administrator(_ site: Site) async throws -> Browser {
        let browser = try await site.browser(loggedInAs: "ada")
        try await site.accounts.noteLogin(name: "ada", uid: 1002, fullName: "", admin: true)
        return browser
    }

    /// Alice's server, running.
    private func start(_ site: Site) async throws -> (JupyterStandIn, Browser) {
        let alice = try await site.browser(loggedInAs: "alice")
        let jupyter = try JupyterStandIn()
        site.launcher.change { $0.start = .success(jupyter.record) }
        let secret = try await site.accounts.makeToken(account: "alice", note: "", scopes: ["self"], lifetime: nil).secret
        let started = try await site.browser().send("POST", "/hub/api/users/alice/server", ["Authorization": "token \(secret)"], "")
        #expect(started.status == 201)
        return (jupyter, alice)
    }

    private func sessionReach(_ site: Site, of account: String) -> Reach? {
        site.access.withLock { $0 }?.sessions.values.first { $0.account == account }?.reach
    }

    @Test func itOpensForATimeIsSeenByTheOwnerAndEndedByThem() async throws {
        let site = try await Site()
        let (jupyter, alice) = try await start(site)
        defer { withExtendedLifetime(jupyter) {} }
        let ada = try await administrator(site)
        let id = ServerID(owner: "alice")
        #expect(try await ada.get("/hub/admin/servers").body.contains("/hub/admin/servers/open"))
        #expect(try await alice.get("/hub/home").body.contains("id=\"openings\"") == false)

        let fields = ["_csrf": ada.csrf, "owner": "alice", "server": ""]
        #expect(try await ada.post("/hub/admin/servers/open", fields).status == 400)
        let opened = try await ada.post("/hub/admin/servers/open", fields.merging(["reason": "A kernel hangs"]) { $1 })
        #expect(opened.status == 303 && opened.location == "/user/alice/")
        #expect(sessionReach(site, of: "ada")?.contains(id) == true)
        #expect(sessionReach(site, of: "ada")?.contains(ServerID(owner: "alice", name: "two")) == false)

        for path in ["/hub/home", "/hub/token"] {
            #expect(try await alice.get(path).body.contains("ada, an administrator, can open your server JupyterLab until"))
        }
        let home = try await alice.get("/hub/home").body
        #expect(home.contains("A kernel hangs"))
        let opening = try #require(site.accounts.openings(of: "alice").first)
        #expect(
            try await site.browser(loggedInAs: "bob").post("/hub/openings/end", ["_csrf": "x", "opening": "\(opening.id)"]).status == 403)
        let bob = try await site.browser(loggedInAs: "bob")
        #expect(try await bob.post("/hub/openings/end", ["_csrf": bob.csrf, "opening": "\(opening.id)"]).status == 404)
        #expect(try await alice.post("/hub/openings/end", ["_csrf": alice.csrf, "opening": "\(opening.id)"]).status == 303)
        #expect(sessionReach(site, of: "ada")?.contains(id) == false)
        #expect(try await alice.get("/hub/home").body.contains("could open your server"))
        #expect(!(try await alice.get("/hub/token").body.contains("can open your server")))
    }

    @Test func itIsForAdministratorsWithThePagesOwnMarkAndCanBeSwitchedOff() async throws {
        let site = try await Site()
        let (jupyter, alice) = try await start(site)
        defer { withExtendedLifetime(jupyter) {} }
        let bob = try await site.browser(loggedInAs: "bob")
        let fields = ["_csrf": bob.csrf, "owner": "alice", "server": "", "reason": "x"]
        #expect(try await bob.post("/hub/admin/servers/open", fields).status == 403)
        let ada = try await administrator(site)
        #expect(try await ada.post("/hub/admin/servers/open", fields).status == 403)
        #expect(try await ada.post("/hub/admin/servers/open", ["_csrf": ada.csrf, "owner": "bob", "reason": "x"]).status == 409)
        #expect(site.accounts.openings(of: "alice").isEmpty)
        _ = alice

        let strict = try await Site { $0.hub.openAs.allowed = false }
        let (other, _) = try await start(strict)
        defer { withExtendedLifetime(other) {} }
        let root = try await administrator(strict)
        #expect(!(try await root.get("/hub/admin/servers").body.contains("/hub/admin/servers/open")))
        #expect(
            try await root.post("/hub/admin/servers/open", ["_csrf": root.csrf, "owner": "alice", "server": "", "reason": "x"]).status
                == 403)
        let token = try await strict.accounts.makeToken(account: "ada", note: "", scopes: ["access:servers"], lifetime: nil).token
        let reach = strict.access.withLock { $0 }?.tokens.values.first { $0.id == token.id }?.reach
        #expect(reach?.contains(ServerID(owner: "alice")) == false && reach?.contains(ServerID(owner: "ada")) == true)
    }

    @Test func programsReadAndEndThem() async throws {
        let site = try await Site()
        let (jupyter, _) = try await start(site)
        defer { withExtendedLifetime(jupyter) {} }
        let ada = try await administrator(site)
        _ = try await ada.post("/hub/admin/servers/open", ["_csrf": ada.csrf, "owner": "alice", "server": "", "reason": "Help"])
        let secret = try await site.accounts.makeToken(account: "alice", note: "", scopes: ["self"], lifetime: nil).secret
        func send(_ method: String, _ path: String) async throws -> Browser.Answer {
            try await site.browser().send(method, "/hub/api/users/alice/openings" + path, ["Authorization": "token \(secret)"], "")
        }
        let listed = try await send("GET", "")
        #expect(listed.body.contains("\"reason\":\"Help\"") && listed.body.contains("\"user\":\"ada\""))
        let id = try #require(site.accounts.openings(of: "alice").first).id
        #expect(try await send("DELETE", "/\(id)").status == 204)
        #expect(try await send("DELETE", "/\(id)").status == 404)
        #expect(sessionReach(site, of: "ada")?.contains(ServerID(owner: "alice")) == false)
    }
}
