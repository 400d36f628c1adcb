import Accounts
import Configuration
import Foundation
import LauncherProtocol
import Testing

@testable import Hub

/// Shares and share codes by JupyterHub 5's API.
@Suite(.timeLimit(.minutes(5))) struct ShareTests {
    private func site(sharing: Bool = true) async throws -> Site {
        let read = try BerthConfiguration(
            yaml: "roles: [{name: names, scopes: [\"read:users:name\", \"read:groups:name\"], users: [alice]}]")
        let site = try await Site {
            $0.roles = read.roles
            $0.hub.sharing = sharing
        }
        for name in ["alice", "bob", "carol"] { try await site.accounts.noteLogin(name: name, uid: 1001, fullName: "", admin: false) }
        _ = try await site.accounts.makeGroup(named: "lab")
        try await site.accounts.changeGroup(named: "lab", adding: ["carol"])
        return site
    }

    private func token(_ site: Site, _ account: String) async throws -> [String: String] {
        let made = try await site.accounts.makeToken(account: account, note: "", scopes: ["inherit"], lifetime: nil)
        return ["Authorization": "token \(made.secret)"]
    }

    private func reaches(_ site: Site, _ account: String) -> Bool {
        let grants = site.access.withLock { $0.map { Array($0.tokens.values) } ?? [] }
        return grants.contains { $0.account == account && $0.reach.contains(ServerID(owner: "alice")) }
    }

    @Test func aServerIsSharedWithAUserAndAGroupAndTakenBack() async throws {
        let site = try await site()
        let alice = try await token(site, "alice"), bob = try await token(site, "bob"), carol = try await token(site, "carol")
        func send(_ method: String, _ path: String, _ body: String = "", as headers: [String: String]? = nil) async throws -> Browser.Answer
        {
            try await site.browser().send(method, "/hub/api" + path, headers ?? alice, body)
        }
        #expect(!reaches(site, "bob"))
        let share = try await send("POST", "/shares/alice/", #"{"user": "bob"}"#)
        #expect(share.status == 200 && share.json["kind"] as? String == "user" && share.json["group"] is NSNull)
        #expect(share.json["scopes"] as? [String] == ["access:servers!server=alice/"])
        #expect((share.json["server"] as? [String: Any])?["full_url"] as? String == Site.origin + "/user/alice/")
        #expect(reaches(site, "bob") && !reaches(site, "carol"))
        #expect(try await send("POST", "/shares/alice/", #"{"group": "lab", "scopes": ["access:servers", "read:servers"]}"#).status == 200)
        #expect(reaches(site, "carol"))
        #expect(try await send("GET", "/users/carol/shared", as: carol).body.contains("\"group\":{\"name\":\"lab\"}"))
        #expect(try await send("GET", "/users/bob/shared/alice/", as: bob).json["kind"] as? String == "user")
        let listed = try await send("GET", "/shares/alice").json
        #expect((listed["items"] as? [[String: Any]])?.count == 2 && (listed["_pagination"] as? [String: Any])?["total"] as? Int == 2)

        let left = try await send("PATCH", "/shares/alice/", #"{"group": "lab", "scopes": ["access:servers"]}"#)
        #expect(left.json["scopes"] as? [String] == ["read:servers!server=alice/"] && !reaches(site, "carol"))
        #expect(try await send("PATCH", "/shares/alice/", #"{"group": "lab"}"#).body == "{}")
        // The one it is shared with may give it up, and nobody else.
        #expect(try await send("DELETE", "/users/bob/shared/alice/", as: carol).status == 404)
        #expect(try await send("DELETE", "/users/bob/shared/alice/", as: bob).status == 204)
        #expect(!reaches(site, "bob"))
    }

    @Test func theHomePageListsWhatIsSharedAndLetsGo() async throws {
        let site = try await site()
        let scopes = ["access:servers!server=alice/"]
        _ = try await site.accounts.share("", of: "alice", with: .user("bob"), scopes: scopes)
        _ = try await site.accounts.share("", of: "alice", with: .group("lab"), scopes: scopes)
        _ = try await site.accounts.share("two", of: "alice", with: .group("lab"), scopes: ["read:servers!server=alice/two"])
        let bob = try await site.browser(loggedInAs: "bob"), carol = try await site.browser(loggedInAs: "carol")
        // One that does not run is named, with nothing to open.
        var page = try await bob.get("/hub/home").body
        #expect(page.contains("alice’s JupyterLab") && page.contains("Give it up") && !page.contains("/user/alice/lab"))
        let jupyter = try JupyterStandIn()
        site.launcher.change { $0.start = .success(jupyter.record) }
        site.servers.start(jupyter.record.id, profile: nil, environment: nil)
        for await event in site.servers.events(of: jupyter.record.id) { if case .ready = event { break } }
        page = try await bob.get("/hub/home").body
        #expect(page.contains(#"href="/user/alice/lab""#))
        // Through a group there is nothing to give up, and who may only look at a server can't open it.
        page = try await carol.get("/hub/home").body
        #expect(page.contains("alice’s JupyterLab") && !page.contains("Give it up") && !page.contains("alice’s two"))
        #expect(try await carol.post("/hub/shares/leave", ["_csrf": carol.csrf, "owner": "alice", "server": ""]).status == 404)
        #expect(try await bob.post("/hub/shares/leave", ["owner": "alice", "server": ""]).status == 403)
        #expect(try await bob.post("/hub/shares/leave", ["_csrf": bob.csrf, "owner": "alice", "server": ""]).status == 303)
        #expect(
            try await !bob.get("/hub/home").body.contains("alice’s JupyterLab") && site.accounts.standing.shares(with: .user("bob")).isEmpty
        )
        #expect(try await !site.browser(loggedInAs: "alice").get("/hub/home").body.contains("Shared with you"))
    }

    @Test func whatIsNotOnesOwnOrTooMuchIsRefused() async throws {
        let site = try await site()
        let alice = try await token(site, "alice"), bob = try await token(site, "bob")
        func give(_ path: String, _ body: String, as headers: [String: String]? = nil) async throws -> Int {
            try await site.browser().send("POST", "/hub/api/shares" + path, headers ?? alice, body).status
        }
        #expect(try await give("/alice/", #"{"user": "carol"}"#, as: bob) == 404)
        #expect(try await give("/bob/", #"{"user": "alice"}"#, as: bob) == 403)
        #expect(try await give("/alice/", #"{"user": "bob", "group": "lab"}"#) == 400)
        #expect(try await give("/alice/", "{}") == 400)
        #expect(try await give("/alice/", #"{"user": "nobody"}"#) == 400)
        #expect(try await give("/alice/two", #"{"user": "bob"}"#) == 404)
        #expect(try await give("/alice", #"{"user": "bob"}"#) == 405)
        for scope in ["tokens", "servers", "access:servers!server=bob/", "access:servers!user=alice", "nothing"] {
            #expect(try await give("/alice/", #"{"user": "bob", "scopes": ["\#(scope)"]}"#) == 400, "\(scope)")
        }
        // One to whom it is shared can't share it on.
        #expect(try await give("/alice/", #"{"user": "bob"}"#) == 200)
        #expect(try await give("/alice/", #"{"user": "carol"}"#, as: bob) == 404)
        let closed = try await self.site(sharing: false)
        let headers = try await token(closed, "alice")
        #expect(try await closed.browser().send("POST", "/hub/api/shares/alice/", headers, #"{"user": "bob"}"#).status == 403)
        _ = try await closed.accounts.share("", of: "alice", with: .user("bob"), scopes: ["access:servers!server=alice/"])
        _ = try await token(closed, "bob")
        #expect(!reaches(closed, "bob"))
    }

    @Test func aCodeSharesWithWhoeverAcceptsIt() async throws {
        let site = try await site()
        let alice = try await token(site, "alice")
        _ = try await token(site, "bob")
        func send(_ method: String, _ path: String, _ body: String = "") async throws -> Browser.Answer {
            try await site.browser().send(method, "/hub/api/share-codes" + path, alice, body)
        }
        let made = try await send("POST", "/alice/")
        let code = try #require(made.json["code"] as? String)
        #expect(made.json["accept_url"] as? String == "/hub/accept-share?code=\(code)" && made.json["exchange_count"] as? Int == 0)
        let owner = try await site.browser(loggedInAs: "alice"), bob = try await site.browser(loggedInAs: "bob")
        #expect(try await owner.get("/hub/accept-share?code=\(code)").status == 403)
        #expect(try await bob.get("/hub/accept-share?code=\(code)x").status == 404)
        #expect(try await bob.get("/hub/accept-share?code=\(code)").body.contains("A server is shared with you"))
        #expect(try await bob.post("/hub/accept-share", ["code": code]).status == 403)
        let accepted = try await bob.post("/hub/accept-share", ["_csrf": bob.csrf, "code": code, "next": "https://evil.example/"])
        #expect(accepted.status == 303 && accepted.location == "/user/alice/" && reaches(site, "bob"))
        let listed = try await send("GET", "/alice")
        #expect(listed.body.contains("\"exchange_count\":1") && !listed.body.contains(code))
        #expect(try await send("DELETE", "/alice/?id=sc_999").status == 404)
        #expect(try await send("DELETE", "/alice/?code=\(code)").status == 204)
        #expect(try await bob.get("/hub/accept-share?code=\(code)").status == 404)
        #expect(try await send("POST", "/alice/", #"{"expires_in": 5}"#).status == 400)
    }

    @Test func theAPIEndsBerthOnlyWhereThatIsConfigured() async throws {
        for allowed in [false, true] {
            let site = try await Site { $0.hub.shutdown = allowed }
            try await site.accounts.noteLogin(name: "ada", uid: 1001, fullName: "", admin: true)
            try await site.accounts.noteLogin(name: "bob", uid: 1001, fullName: "", admin: false)
            let ada = try await token(site, "ada"), bob = try await token(site, "bob")
            #expect(try await site.browser().send("POST", "/hub/api/shutdown", bob, "").status == 403)
            #expect(try await site.browser().send("POST", "/hub/api/shutdown", ada, "").status == (allowed ? 202 : 403))
            #expect(site.shutdowns.value.withLock { $0 } == (allowed ? 1 : 0))
        }
    }
}
