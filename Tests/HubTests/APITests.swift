import Foundation
import LauncherProtocol
import Testing
@testable import Hub

@Suite(.timeLimit(.minutes(5))) struct APITests {
    private let id = ServerID(owner: "alice")

    /// A client with a token of `account`.
    private func client(_ site: Site, _ account: String) async throws -> [String: String] {
        try await site.accounts.noteLogin(name: account, uid: 1001, fullName: "", admin: false)
        return [
            "Authorization": "token "
                + (try await site.accounts.makeToken(account: account, note: "", scopes: ["self"], lifetime: nil).secret)
        ]
    }

    @Test func theVersionIsForEverybody() async throws {
        let site = try await Site()
        let answer = try await site.browser().send("GET", "/hub/api", [:], "")
        #expect(answer.status == 200 && answer.json["version"] as? String == "5.5.1")
        #expect(try await site.browser().send("GET", "/hub/api/", [:], "").status == 200)
        #expect(try await site.browser().send("GET", "/hub/health", [:], "").status == 200)
    }

    @Test func withoutGoodCredentialsItIs403() async throws {
        let site = try await Site()
        for headers in [[:], ["Authorization": "token nonsense"], ["Authorization": "token brth_x"], ["Authorization": "Basic YTpi"]] {
            let answer = try await site.browser().send("GET", "/hub/api/user", headers, "")
            #expect(answer.status == 403 && answer.json["status"] as? Int == 403 && answer.json["message"] is String)
        }
        #expect(site.launcher.now.calls.isEmpty)
        // A wrong token is not helped by a good cookie.
        let browser = try await site.browser(loggedInAs: "alice")
        #expect(try await browser.send("GET", "/hub/api/user", ["Authorization": "token x"], "").status == 403)
    }

    @Test func aUserIsWhatJupyterHubsClientsExpect() async throws {
        let site = try await Site()
        let headers = try await client(site, "alice")
        let me = try await site.browser().send(
            "GET", "/hub/api/user", ["Authorization": headers["Authorization"]?.replacing("token", with: "BEARER") ?? ""], "")
        #expect(me.json["name"] as? String == "alice" && me.json["kind"] as? String == "user" && me.json["token_id"] is String)
        #expect(me.json["server"] is NSNull && me.json["pending"] is NSNull)
        #expect((me.json["created"] as? String)?.hasSuffix("Z") == true)
        let plain = try await site.browser().send("GET", "/hub/api/users/alice", headers, "")
        #expect((plain.json["servers"] as? [String: Any])?.isEmpty == true)
        let whole = try await site.browser().send("GET", "/hub/api/users/alice?include_stopped_servers", headers, "")
        let server = try #require((whole.json["servers"] as? [String: [String: Any]])?[""])
        #expect(server["ready"] as? Bool == false && server["stopped"] as? Bool == true && server["url"] as? String == "/user/alice/")
        #expect(server["progress_url"] as? String == "/hub/api/users/alice/server/progress" && server["pending"] is NSNull)
        #expect(server["full_url"] as? String == Site.origin + "/user/alice/")
        #expect(server["full_progress_url"] as? String == Site.origin + "/hub/api/users/alice/server/progress")
        #expect(try await site.browser().send("GET", "/hub/api/users/bob", headers, "").status == 404)
        #expect(try await site.browser().send("GET", "/hub/api/nothing", headers, "").json["status"] as? Int == 404)
    }

    @Test func aStartGoesToReadyAndAStopEndsIt() async throws {
        let site = try await Site()
        let jupyter = try JupyterStandIn()
        site.launcher.change { $0.start = .success(jupyter.record) }
        let headers = try await client(site, "alice")
        let started = try await site.browser().send("POST", "/hub/api/users/alice/server", headers, "")
        #expect(started.status == 201)
        let user = try await site.browser().send("GET", "/hub/api/users/alice", headers, "")
        #expect(user.json["server"] as? String == "/user/alice/")
        #expect((user.json["servers"] as? [String: [String: Any]])?[""]?["ready"] as? Bool == true)
        let again = try await site.browser().send("POST", "/hub/api/users/alice/server", headers, "")
        #expect(again.status == 400 && (again.json["message"] as? String)?.contains("already running") == true)
        let progress = try await site.browser().send("GET", "/hub/api/users/alice/server/progress", headers, "")
        #expect(progress.header("Content-Type") == "text/event-stream")
        #expect(progress.body.contains("\"progress\":42") && progress.body.hasSuffix("\"ready\":true,\"url\":\"/user/alice/\"}\n\n"))
        #expect(try await site.browser().send("DELETE", "/hub/api/users/alice/server", headers, "").status == 204)
        #expect(site.servers.status(of: id).state == .stopped)
        #expect(try await site.browser().send("DELETE", "/hub/api/users/alice/server", headers, "").status == 204)
        #expect(try await site.browser().send("GET", "/hub/api/users/alice/server/progress", headers, "").status == 400)
    }

    @Test func whatAStartIsAskedForCounts() async throws {
        let site = try await Site()
        site.launcher.change { $0.start = .failure(LauncherError(.refused, "No such profile.")) }
        let headers = try await client(site, "alice")
        let answer = try await site.browser().send(
            "POST", "/hub/api/users/alice/servers/second-one", headers, #"{"profile":"gpu","environment":"work"}"#)
        #expect(answer.status == 403 && answer.json["message"] as? String == "No such profile.")
        let call = try #require(site.launcher.now.started.first)
        #expect(call.profile == "gpu" && call.environment == "work" && call.id.name == "second-one")
        #expect(try await site.browser().send("POST", "/hub/api/users/alice/servers/Bad--Name", headers, "").status == 400)
        #expect(try await site.browser().send("POST", "/hub/api/users/bob/server", headers, "").status == 404)
    }

    /// A notebook's script is of the same site and has the visitor's cookie.
    @Test func aScriptReadsOnlyWithTheSessionsMark() async throws {
        let site = try await Site()
        let browser = try await site.browser(loggedInAs: "alice")
        let script = ["Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"]
        for path in ["/hub/api/user", "/hub/api/users/alice", "/hub/api/environments", "/hub/api/users/alice/tokens"] {
            let refused = try await browser.get(path, script)
            #expect(refused.status == 403 && !refused.body.contains("alice"), "\(path)")
            #expect(try await browser.get(path, script.merging(["X-CSRF-Token": browser.csrf]) { $1 }).status == 200, "\(path)")
            // Opened in a window of its own, and by a program.
            #expect(try await browser.get(path).status == 200, "\(path)")
            #expect(try await browser.get(path, [:]).status == 200, "\(path)")
        }
    }

    @Test func aChangeByCookieNeedsTheSessionsMark() async throws {
        let site = try await Site()
        site.launcher.change { $0.start = .failure(LauncherError(.failed, "x")) }
        let browser = try await site.browser(loggedInAs: "alice")
        #expect(try await browser.send("POST", "/hub/api/users/alice/server", [:], "").status == 403)
        #expect(
            try await browser.send(
                "POST", "/hub/api/users/alice/server", ["X-CSRF-Token": browser.csrf, "Sec-Fetch-Site": "cross-site"], ""
            ).status == 403)
        #expect(site.launcher.now.started.isEmpty)
        #expect(try await browser.send("POST", "/hub/api/users/alice/server", ["X-CSRF-Token": browser.csrf], "").status == 424)
    }

    @Test func tokensAreMadeListedAndRevoked() async throws {
        let site = try await Site()
        let headers = try await client(site, "alice")
        let made = try await site.browser().send("POST", "/hub/api/users/alice/tokens", headers, #"{"note":"ci","expires_in":60}"#)
        #expect(made.status == 201 && made.json["note"] as? String == "ci" && made.json["expires_at"] is String)
        let secret = try #require(made.json["token"] as? String)
        let id = try #require(made.json["id"] as? String)
        let list = try await site.browser().send("GET", "/hub/api/users/alice/tokens", headers, "")
        #expect((list.json["api_tokens"] as? [[String: Any]])?.count == 2 && !list.body.contains(secret))
        #expect(try await site.browser().send("DELETE", "/hub/api/users/alice/tokens/\(id)", headers, "").status == 204)
        #expect(try await site.browser().send("DELETE", "/hub/api/users/alice/tokens/\(id)", headers, "").status == 404)
        #expect(site.accounts.token(secret: secret) == nil)
        #expect(try await site.browser().send("POST", "/hub/api/users/alice/tokens", headers, #"{"scopes":["admin:users"]}"#).status == 403)
        #expect(
            try await site.browser().send("POST", "/hub/api/users/alice/tokens", headers, #"{"scopes":["admin:everything"]}"#).status == 400
        )
        #expect(try await site.browser().send("POST", "/hub/api/users/alice/tokens", headers, "nonsense").status == 400)
    }

    @Test func vsCodeMakesATokenWithAPassword() async throws {
        let site = try await Site()
        let plain = ["Content-Type": "text/plain;charset=UTF-8"]
        let made = try await site.browser().send(
            "POST", "/hub/api/users/alice/tokens", plain, #"{"auth":{"username":"ALICE","password":"right"},"note":"VS Code"}"#)
        #expect(made.status == 201 && made.json["user"] as? String == "alice")
        #expect(site.launcher.now.answers == [["right"]])
        #expect(site.launcher.now.closed == ["pam-alice"])
        let wrong = try await site.browser().send(
            "POST", "/hub/api/users/alice/tokens", plain, #"{"auth":{"username":"alice","password":"no"}}"#)
        #expect(wrong.status == 403 && wrong.json["status"] as? Int == 403)
        let code = try await site.browser().send(
            "POST", "/hub/api/users/otto/tokens", plain, #"{"auth":{"username":"otto","password":"right"}}"#)
        #expect(code.status == 403 && code.body.contains("/hub/token") && site.launcher.now.calls.last == "login.cancel")
        #expect(
            try await site.browser().send("POST", "/hub/api/users/bob/tokens", plain, #"{"auth":{"username":"alice","password":"right"}}"#)
                .status == 404)
        #expect(try await site.browser().send("POST", "/hub/api/authorizations/token", plain, "{}").status == 404)
    }

    @Test func environmentsAndProfiles() async throws {
        let site = try await Site()
        site.launcher.change {
            $0.environments = [Site.environment("work")]
            $0.build = .failure(LauncherError(.failed, "nothing provides numpy 99", log: ["solver: no"]))
        }
        let headers = try await client(site, "alice")
        #expect(try await site.browser().send("GET", "/hub/api/environments", headers, "").body.contains("\"jupyter\":\"server\""))
        #expect(
            try await site.browser().send("GET", "/hub/api/environments/work", headers, "").json["explicit"] as? String == "@EXPLICIT\n")
        #expect(try await site.browser().send("GET", "/hub/api/environments/none", headers, "").status == 404)
        #expect(try await site.browser().send("GET", "/hub/api/profiles", headers, "").body.contains("\"cpus\":2"))
        let build = try await site.browser().send("POST", "/hub/api/environments", headers, #"{"recipe":"name: a"}"#)
        #expect(build.status == 202)
        let log = try await site.browser().send("GET", try #require(build.location), headers, "")
        #expect(log.body.contains("\"failed\":true") && log.body.contains("nothing provides numpy 99"))
        #expect(try await site.browser().send("DELETE", "/hub/api/environments/work", headers, "").status == 204)
        #expect(try await site.browser().send("POST", "/hub/api/environments", headers, "[]").status == 400)
    }
}
