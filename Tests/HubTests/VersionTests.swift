import Foundation
import LauncherProtocol
import Testing

@testable import Hub

/// One version of an environment, current or not, looked at, taken away, verified and repaired.
@Suite struct VersionTests {
    private static let old = String(repeating: "a", count: 40)

    private func site(right: EnvironmentRight = .admin) async throws -> Site {
        let site = try await Site()
        site.launcher.change {
            let work = Site.environment("work").named("work", right: right, layers: .none)
            $0.environments = [work]
            $0.build = .success(work)
        }
        return site
    }

    private func asker(_ site: Site) async throws -> (_ method: String, _ path: String, _ body: String) async throws -> Browser.Answer {
        let made = try await site.accounts.makeToken(account: "alice", note: "", scopes: ["self"], lifetime: nil)
        return { method, path, body in
            try await site.browser().send(method, "/hub/api/environments/work" + path, ["Authorization": "token \(made.secret)"], body)
        }
    }

    @Test func anOlderVersionIsShownExplainedAndTakenAway() async throws {
        let site = try await site()
        let browser = try await site.browser(loggedInAs: "alice")
        let link = "/hub/environments/work/versions/\(Self.old)"
        #expect(try await browser.get("/hub/environments/work").body.contains("href=\"\(link)\""))
        let page = try await browser.get(link)
        #expect(page.status == 200 && page.body.contains("work, version aaaaaaaa") && page.body.contains("Create the environment"))
        #expect(page.body.contains("1.26.4") && !page.body.contains("2.1.3") && page.body.contains("asked for"))
        #expect(
            page.body.contains("/export/conda-lock?version=\(Self.old)")
                && page.body.contains("The build of this version is not in the store"))
        #expect(page.body.contains("Go back to it") && !page.body.contains("action=\"/hub/environments/work/verify\""))
        #expect(try await browser.get("/hub/environments/work/export/conda-lock?version=aaaa").body.contains("1.26.4"))
        let why = try await browser.get("/hub/environments/work/explain?package=numpy&version=\(Self.old)").body
        #expect(why.contains("numpy 1.26.4") && why.contains("href=\"\(link)\"") && why.contains("name=\"version\" value=\"\(Self.old)\""))

        let current = try await browser.get("/hub/environments/work/versions/bbbb").body
        #expect(current.contains("2.1.3") && !current.contains("Go back to it") && current.contains("/hub/environments/work/verify"))
        #expect(try await browser.get("/hub/environments/other/versions/bbbb").status == 404)

        let ask = try await asker(site)
        let model = try await ask("GET", "?version=aaaa", "")
        #expect(model.json["version"] as? String == Self.old && model.header("etag") == "\"\(Self.old)\"")
        #expect(
            (try await ask("GET", "/explain?package=numpy&version=aaaa", "").json["explanation"] as? String)?.contains("1.26.4") == true)
    }

    @Test func whatIsDifferentInTheRecipeIsShownByLines() async throws {
        let site = try await site()
        let page = try await site.browser(loggedInAs: "alice").get("/hub/environments/work/diff?from=aaaa").body
        #expect(page.contains("<span class=\"removed\">-   - numpy=1</span>") && page.contains("<span class=\"added\">+   - numpy</span>"))
        let diff = try await asker(site)("GET", "/diff?from=aaaa&to=bbbb", "").json
        let lines = try #require(diff["recipe"] as? [String])
        #expect(lines.contains("-   - numpy=1") && lines.contains("+   - numpy"))
    }

    @Test func aNameIsTakenAwayByWhoeverMay() async throws {
        let site = try await site()
        site.launcher.change { $0.tags = ["paper"] }
        let browser = try await site.browser(loggedInAs: "alice")
        let link = "/hub/environments/work/versions/\(Self.old)"
        #expect(try await browser.get(link).body.contains("aria-label=\"Take the name away: paper\""))
        let fields = ["_csrf": browser.csrf, "tag": "paper", "version": Self.old, "remove": "1"]
        #expect(try await browser.post("/hub/environments/work/tag", fields).location == link)
        #expect(site.launcher.now.built == ["tag paper away"])
        let other = try await self.site(right: .edit)
        other.launcher.change { $0.tags = ["paper"] }
        let page = try await other.browser(loggedInAs: "alice").get(link).body
        #expect(page.contains("paper") && !page.contains("Take the name away"))
    }

    /// Begins a verification and gives its page when it has ended.
    private func verify(_ site: Site, _ browser: Browser, _ fields: [String: String] = [:]) async throws -> (page: String, told: String) {
        let began = try await browser.post("/hub/environments/work/verify", fields.merging(["_csrf": browser.csrf]) { $1 })
        #expect(began.status == 303)
        let place = try #require(began.location), id = try #require(place.split(separator: "/").last)
        let told = try await browser.get("/hub/api/builds/\(id)/log").body
        return (try await browser.get(place).body, told)
    }

    @Test func aVersionIsVerifiedAndRepaired() async throws {
        let site = try await site()
        let browser = try await site.browser(loggedInAs: "alice")
        #expect(try await browser.post("/hub/environments/work/verify", [:]).status == 403)
        let (page, told) = try await verify(site, browser, ["version": Self.old])
        #expect(told.contains("\"phase\":\"comparing\"") && told.contains("\"differences\":1") && told.contains("\"ready\":true"))
        #expect(page.contains("<h1 id=\"heading\">Verified: work</h1>") && page.contains("1 of 3 files are not as they were built."))
        #expect(page.contains("Changed: 1") && page.contains("<li>bin/python</li>") && !page.contains("Missing:"))
        #expect(page.contains("action=\"/hub/environments/work/repair\"") && page.contains("name=\"version\" value=\"\(Self.old)\""))
        let repair = try await browser.post("/hub/environments/work/repair", ["_csrf": browser.csrf, "version": Self.old])
        #expect(repair.status == 303 && repair.location?.hasPrefix("/hub/environments/builds/") == true)
        #expect(site.launcher.now.built == ["repair work \(Self.old)"])

        // What is damaged is said on the environment's page too, until it is looked at again.
        _ = try await verify(site, browser)
        #expect(
            try await browser.get("/hub/environments/work").body.contains(">Verification: 1 of 3 files are not as they were built.</a>"))
        site.launcher.change { $0.differences = [] }
        let sound = try await verify(site, browser).page
        #expect(sound.contains("All 3 files are as they were built.") && !sound.contains("/repair"))
        #expect(try await !browser.get("/hub/environments/work").body.contains("Verification:"))
        site.launcher.change { $0.differences = (0..<500).map { .init(.missing, "lib/\($0)") } }
        let much = try await verify(site, browser).page
        #expect(much.contains("Missing: 500") && much.contains("<li>lib/199</li>") && !much.contains("<li>lib/200</li>"))
        #expect(much.contains("and 300 more"))

        // Who may only use it sees it, and is told who can repair it.
        let other = try await self.site(right: .use)
        let refused = try await verify(other, try await other.browser(loggedInAs: "alice")).page
        #expect(refused.contains("1 of 3 files") && !refused.contains("/repair") && refused.contains("Whoever may administer"))
    }

    @Test func programsNameTheVersion() async throws {
        let site = try await site()
        let ask = try await asker(site)
        #expect(try await ask("POST", "/verify", #"{"version": "aaaa"}"#).json["version"] as? String == Self.old)
        #expect(try await ask("POST", "/verify", "").json["version"] as? String == String(repeating: "b", count: 40))
        #expect(try await ask("POST", "/verify", "[]").status == 400)
        #expect(try await ask("POST", "/repair", #"{"version": "aaaa"}"#).status == 202)
        #expect(site.launcher.now.built == ["repair work aaaa"])
    }
}
