import Foundation
import LauncherProtocol
import Servers
import Testing

@testable import Hub

/// How builds are cancelled, and what is said when they are there.
@Suite(.timeLimit(.minutes(5))) struct BuildEndTests {
    private func token(_ site: Site, of account: String) async throws -> [String: String] {
        let made = try await site.accounts.makeToken(account: account, note: "", scopes: ["self"], lifetime: nil)
        return ["Authorization": "token \(made.secret)"]
    }

    private func lastEvent(_ site: Site, _ log: String, _ headers: [String: String]) async throws -> [String: Any] {
        let body = try await site.browser().send("GET", log, headers, "").body
        let data = try #require(body.components(separatedBy: "data: ").last)
        return try #require(try JSONSerialization.jsonObject(with: Data(data.utf8)) as? [String: Any])
    }

    @Test func aBuildIsCancelledByWhoMay() async throws {
        let site = try await Site()
        let alice = try await token(site, of: "alice"), browser = try await site.browser(loggedInAs: "alice")
        let ada = try await site.browser(loggedInAs: "ada")
        try await site.accounts.noteLogin(name: "ada", uid: 1000, fullName: "", admin: true)
        // It never ends by itself.
        func begin() async throws -> String {
            let begun = try await site.browser().send("POST", "/hub/api/environments", alice, #"{"recipe": "name: lab", "name": "lab"}"#)
            return try #require(begun.json["id"] as? String)
        }
        for round in ["alice", "ada"] {
            let id = try await begin()
            #expect(try await site.browser().send("DELETE", "/hub/api/builds/\(id)", token(site, of: "bob"), "").status == 404)
            if round == "alice" {
                #expect(try await browser.get("/hub/environments/builds/\(id)").body.contains("Cancel the build"))
                #expect(try await site.browser().send("DELETE", "/hub/api/builds/\(id)", alice, "").status == 204)
            } else {
                #expect(try await ada.get("/hub/admin/builds").body.contains("/hub/environments/builds/\(id)/cancel"))
                let answer = try await ada.post("/hub/environments/builds/\(id)/cancel", ["_csrf": ada.csrf, "list": "1"])
                #expect(answer.location == "/hub/admin/builds")
            }
            let last = try await lastEvent(site, "/hub/api/builds/\(id)/log", alice)
            #expect(last["failed"] as? Bool == true && last["message"] as? String == "This build was cancelled by \(round).")
            #expect(try await browser.get("/hub/environments/builds/\(id)").body.contains("Cancel the build") == false)
            // It stays as it ended.
            #expect(try await site.browser().send("DELETE", "/hub/api/builds/\(id)", alice, "").status == 204)
        }
        // What was begun elsewhere is the launcher's to end.
        while !site.launcher.isWatched { await Task.yield() }
        site.launcher.tell(
            .began(.init(id: "7", account: "bob", who: "bob", environment: "alice/lab", way: .push, call: JudgePush.name, began: 0)))
        let found = try await site.browser().send("GET", "/hub/api/builds?state=running", alice, "").body
        let id = try #require(found.firstMatch(of: /"id":"([^"]+)"/)?.output.1)
        #expect(try await site.browser().send("DELETE", "/hub/api/builds/\(id)", alice, "").status == 204)
        #expect(site.launcher.now.cancelled == ["7 by alice"])
    }

    @Test func aServerThatRunsTheVersionBeforeIsRestarted() async throws {
        let site = try await Site()
        let jupyter = try JupyterStandIn(environment: "lab"), id = ServerID(owner: "alice")
        site.launcher.change {
            $0.environments = [Site.environment("lab")]
            $0.build = .success(Site.environment("lab"))
            $0.start = .success(jupyter.record)
            $0.outdated = [OutdatedServer(id: id, environment: "lab", version: "c208325b00")]
        }
        let alice = try await token(site, of: "alice"), browser = try await site.browser(loggedInAs: "alice")
        let words = "Your server still runs the version c208325b of “lab”."
        // Only what runs can be restarted.
        #expect(try await browser.get("/hub/environments/lab").body.contains(words) == false)
        #expect(try await site.browser().send("POST", "/hub/api/users/alice/server", alice, #"{"environment": "lab"}"#).status == 201)
        let begun = try await site.browser().send("POST", "/hub/api/environments/lab/rollback", alice, #"{"version": "aaaa"}"#)
        let build = try #require(begun.json["id"] as? String)
        let last = try await lastEvent(site, "/hub/api/builds/\(build)/log", alice)
        #expect((last["message"] as? String)?.hasPrefix(words) == true)
        #expect((last["outdated_servers"] as? [[String: Any]])?.first?["version"] as? String == "c208325b00")
        for page in ["/hub/home", "/hub/environments/lab", "/hub/environments/builds/\(build)"] {
            let body = try await browser.get(page).body
            #expect(body.contains(words) && body.contains("action=\"/hub/restart/alice\""), "\(page)")
            #expect(!body.contains("Start JupyterLab with it"), "\(page)")
        }
        #expect(try await browser.post("/hub/restart/alice", [:]).status == 403)
        #expect(try await browser.post("/hub/restart/bob", ["_csrf": browser.csrf]).status == 404)
        let restarted = try await browser.post("/hub/restart/alice", ["_csrf": browser.csrf])
        #expect(restarted.location == "/hub/spawn-pending/alice")
        #expect(site.launcher.now.calls.contains(StopServer.name) && site.launcher.now.started.count == 2)
        #expect(site.launcher.now.started.last?.profile == "cpu" && site.launcher.now.started.last?.environment == "lab")
    }
}
