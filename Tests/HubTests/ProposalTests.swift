import Accounts
import Foundation
import LauncherProtocol
import Testing

@testable import Hub

/// What is newer upstream, by pages and by the API.
@Suite struct ProposalTests {
    /// Alice has `work`, and may edit Bob's `team` but not his `closed`.
    private func site() async throws -> Site {
        let site = try await Site { $0.watch.packages = true }
        site.launcher.change {
            $0.environments = [
                Site.environment("work"), Site.environment("team").named("bob/team", right: .edit, layers: .none),
                Site.environment("closed").named("bob/closed", right: .use, layers: .none),
            ]
            $0.build = .success(Site.environment("work"))
        }
        return site
    }

    private func content(_ subject: String = "work", owner: String = "alice", base: String? = nil) -> Proposal.Content {
        Proposal.Content(
            kind: .packages, owner: owner, subject: subject, base: base ?? FakeLauncher.versions[0].id, steps: ["numpy 2.1.0 → 2.3.1"],
            recipe: "dependencies:\n  - numpy=2.3\n", lock: "{}\n",
            changes: [
                .init(name: "numpy", direction: "up", before: "2.1.0", after: "2.3.1", isAsked: true),
                .init(name: "openblas", direction: "added", before: nil, after: "0.3", isAsked: false),
            ], remarks: ["python 3.11 → 3.13 does not fit: <b>no</b>"])
    }

    private func propose(_ content: Proposal.Content, on site: Site) async throws -> Int {
        try #require(try await site.accounts.propose(content, fingerprint: UUID().uuidString)).id
    }

    private func token(_ site: Site, of account: String = "alice", admin: Bool = false) async throws -> [String: String] {
        try await site.accounts.noteLogin(name: account, uid: 1001, fullName: "", admin: admin)
        let made = try await site.accounts.makeToken(account: account, note: "", scopes: ["inherit"], lifetime: nil)
        return ["Authorization": "token \(made.secret)"]
    }

    @Test func pagesTellOfItAndOneClickBuildsIt() async throws {
        let site = try await site()
        let browser = try await site.browser(loggedInAs: "alice")
        #expect(try await browser.get("/hub/updates").body.contains("Nothing newer"))
        let id = try await propose(content(), on: site)
        #expect(try await browser.get("/hub/home").body.contains("Updates proposed: 1"))
        #expect(try await browser.get("/hub/environments/work").body.contains("/hub/updates#proposal-\(id)"))
        let page = try await browser.get("/hub/updates").body
        #expect(page.contains("numpy 2.1.0 → 2.3.1") && page.contains("openblas") && page.contains("numpy=2.3"))
        #expect(page.contains("&lt;b&gt;no&lt;/b&gt;"), "what a solver says is text")
        #expect(!page.contains("It stays over that version"))
        site.launcher.change {
            $0.environments[0] = $0.environments[0].named("work", right: .admin, layers: OwnLayers(hasCurrent: true, earlier: 0))
        }
        #expect(try await browser.get("/hub/updates").body.contains("It stays over that version"))

        #expect(try await browser.post("/hub/updates/\(id)/accept", [:]).status == 403, "without the form's mark")
        let answer = try await browser.post("/hub/updates/\(id)/accept", ["_csrf": browser.csrf])
        #expect(answer.location?.hasPrefix("/hub/environments/builds/") == true)
        _ = try await browser.get(try #require(answer.location))
        #expect(site.launcher.now.recipes == ["dependencies:\n  - numpy=2.3\n"])
        let accepted = try #require(try await site.accounts.proposal(id))
        #expect(accepted.state == .accepted && accepted.decidedBy == "alice")
        #expect(try await browser.post("/hub/updates/\(id)/accept", ["_csrf": browser.csrf]).status == 409)
        #expect(try await !browser.get("/hub/home").body.contains("Updates proposed"))
    }

    @Test func anImageWhoseTagMovedIsFetchedByAdministrators() async throws {
        let site = try await site()
        let moved = Proposal.Content(
            kind: .movedImage, owner: "", subject: "lab/image:latest", base: "sha256:b", steps: ["lab/image:latest sha256:a → sha256:b"])
        let id = try await propose(moved, on: site)
        let bob = try await token(site, of: "bob"), ada = try await token(site, of: "ada", admin: true)
        func accept(_ headers: [String: String]) async throws -> Browser.Answer {
            try await site.browser().send("POST", "/hub/api/proposals/\(id)/accept", headers, "")
        }
        #expect(try await accept(bob).status == 404)
        site.launcher.change { $0.pull = .failure(LauncherError(.failed, "no route")) }
        #expect(try await accept(ada).status == 202)
        while try await site.accounts.proposal(id)?.state != .open { await Task.yield() }
        let page = try await site.browser(loggedInAs: "ada")
        try await site.accounts.noteLogin(name: "ada", uid: 1001, fullName: "", admin: true)
        let shown = try await page.get("/hub/updates").body
        #expect(shown.contains("An image has changed under its tag") && !shown.contains("Hold a version back"))
        site.launcher.change { $0.pull = .success(Done()) }
        #expect(try await page.post("/hub/updates/\(id)/accept", ["_csrf": page.csrf]).location == "/hub/admin/images")
        #expect(try await site.accounts.proposal(id)?.decidedBy == "ada")
    }

    @Test func itIsOpenAgainWhereTheBuildFails() async throws {
        let site = try await site()
        site.launcher.change { $0.build = .failure(LauncherError(.failed, "no")) }
        let browser = try await site.browser(loggedInAs: "alice")
        let id = try await propose(content(), on: site)
        _ = try await browser.post("/hub/updates/\(id)/accept", ["_csrf": browser.csrf])
        while try await site.accounts.proposal(id)?.state != .open { await Task.yield() }
    }

    @Test func anEnvironmentThatHasChangedIsNotOverwritten() async throws {
        let site = try await site()
        let browser = try await site.browser(loggedInAs: "alice")
        let id = try await propose(content(base: String(repeating: "0", count: 40)), on: site)
        #expect(try await browser.post("/hub/updates/\(id)/accept", ["_csrf": browser.csrf]).status == 409)
        #expect(site.launcher.now.recipes == [])
        #expect(try await site.accounts.proposal(id)?.state == .superseded)
    }

    @Test func onlyThoseDecideWhoMayEdit() async throws {
        let site = try await site()
        let headers = try await token(site)
        let (mine, team) = (try await propose(content(), on: site), try await propose(content("team", owner: "bob"), on: site))
        let closed = try await propose(content("closed", owner: "bob"), on: site)
        let image = try await propose(
            Proposal.Content(kind: .image, owner: "", subject: "lab/image:1.0", base: "1.1", steps: ["lab/image 1.0 → 1.1"]), on: site)
        func list(_ headers: [String: String], _ query: String = "") async throws -> [Int] {
            let body = try await site.browser().send("GET", "/hub/api/proposals\(query)", headers, "").body
            let all = try #require(try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [[String: Any]])
            return all.compactMap { $0["id"] as? Int }.sorted()
        }
        #expect(try await list(headers) == [mine, team])
        for id in [closed, image, 9999] {
            for action in ["accept", "dismiss"] {
                #expect(try await site.browser().send("POST", "/hub/api/proposals/\(id)/\(action)", headers, "").status == 404)
            }
        }
        let shown = try await site.browser().send("GET", "/hub/api/proposals/\(team)", headers, "").json
        #expect(shown["environment"] as? String == "bob/team" && shown["recipe"] as? String == "dependencies:\n  - numpy=2.3\n")
        #expect(try await site.browser().send("POST", "/hub/api/proposals/\(team)/accept", headers, "").status == 202)
        #expect(try await site.browser().send("POST", "/hub/api/proposals/\(mine)/dismiss", headers, "").status == 204)
        #expect(try await list(headers) == [])
        #expect(try await list(headers, "?state=all") == [mine, team])
        #expect(try await list(headers, "?state=dismissed") == [mine])
        #expect(try await site.browser().send("GET", "/hub/api/proposals?state=moot", headers, "").status == 400)
        #expect(try await site.browser().send("GET", "/hub/api/proposals", [:], "").status == 403)

        let admin = try await token(site, of: "ada", admin: true)
        #expect(try await list(admin).contains(image))
        let answer = try await site.browser().send("POST", "/hub/api/proposals/\(image)/accept", admin, "")
        #expect(answer.status == 409 && answer.body.contains("berth.yaml"))
    }

    @Test func versionsAreHeldBackForOneselfOrByAnAdministratorForAll() async throws {
        let site = try await site()
        let (alice, ada) = (try await token(site), try await token(site, of: "ada", admin: true))
        func hold(_ body: String, _ headers: [String: String]) async throws -> Browser.Answer {
            try await site.browser().send("POST", "/hub/api/holds", headers, body)
        }
        let own = try await hold(#"{"package": "numpy", "versions": ">=2.3,<2.4", "reason": "crashes"}"#, alice)
        #expect(own.status == 201 && own.json["everybody"] as? Bool == false)
        #expect(try await hold(#"{"package": "numpy", "versions": "2.3", "everybody": true}"#, alice).status == 403)
        #expect(try await hold(#"{"package": "numpy", "versions": "new; rm"}"#, alice).status == 400)
        #expect(try await hold(#"{"package": "two words", "versions": "1"}"#, alice).status == 400)
        let all = try await hold(#"{"package": "scipy", "versions": "*", "everybody": true}"#, ada)
        #expect(all.status == 201)
        let number = try #require(all.json["id"] as? Int), mine = try #require(own.json["id"] as? Int)
        let browser = try await site.browser(loggedInAs: "alice")
        let page = try await browser.get("/hub/updates").body
        #expect(page.contains("numpy &gt;=2.3,&lt;2.4") && page.contains("scipy *") && page.contains("crashes"))
        #expect(try await browser.post("/hub/updates/release", ["_csrf": browser.csrf, "id": "\(number)"]).status == 404)
        #expect(try await browser.post("/hub/updates/release", ["_csrf": browser.csrf, "id": "\(mine)"]).status == 303)
        #expect(try await site.browser().send("DELETE", "/hub/api/holds/\(number)", ada, "").status == 204)
        #expect(try await site.accounts.holds() == [])
        #expect(
            try await browser.post("/hub/updates/hold", ["_csrf": browser.csrf, "package": "six", "versions": "2"]).location
                == "/hub/updates#holds")
        #expect(try await site.accounts.holds().map(\.account) == ["alice"])
    }

    @Test func administratorsLookNowWhereSomebodyLooksAtAll() async throws {
        let site = try await site()
        let (alice, ada) = (try await token(site), try await token(site, of: "ada", admin: true))
        #expect(try await site.browser().send("POST", "/hub/api/proposals", alice, "").status == 403)
        #expect(try await site.browser().send("POST", "/hub/api/proposals", ada, "").status == 409)
    }
}
