import Foundation
import LauncherProtocol
import Testing

@testable import Hub

/// Recipes from elsewhere, by page and API.
@Suite struct SourceTests {
    @Test(
        arguments: [
            ("bob/lab", RecipeSource.hub(reference: "bob/lab", version: nil)), (" lab@v1 ", .hub(reference: "lab", version: "v1")),
            ("https://hub.example.org/hub/git/bob/lab.git", .hub(reference: "bob/lab", version: nil)),
            ("https://HUB.example.org/hub/environments/bob%2Flab?x", .hub(reference: "bob/lab", version: nil)),
            ("https://hub.example.org.evil.org/hub/git/bob/lab.git", .git(url: "https://hub.example.org.evil.org/hub/git/bob/lab.git")),
            ("https://git.example.org/x", .git(url: "https://git.example.org/x")), ("", nil), ("https://hub.example.org/hub/home", nil),
        ] as [(String, RecipeSource?)])
    func whereItComesFrom(text: String, source: RecipeSource?) { #expect(RecipeSource(text, site: Site.origin) == source) }

    @Test func thePageShowsWhatWasFetchedAndWhatWentWrong() async throws {
        let site = try await Site()
        let browser = try await site.browser(loggedInAs: "alice")
        let fields = ["_csrf": browser.csrf, "source": "https://git.example.org/x", "reference": "dev"]
        #expect(try await browser.post("/hub/environments/new", ["source": "lab"]).status == 403)
        let page = try await browser.post("/hub/environments/new", fields)
        #expect(page.status == 200 && page.body.contains("name: found") && page.body.contains("# dev"))
        #expect(page.body.contains("https://git.example.org/x@cccccccccccc"))
        let failed = try await browser.post("/hub/environments/new", fields.merging(["source": "https://git.example.org/no"]) { $1 })
        #expect(failed.status == 424 && failed.body.contains("can&#39;t be fetched") && failed.body.contains("fatal: no"))
        #expect(
            try await browser.post("/hub/environments/new", ["_csrf": browser.csrf, "source": Site.origin + "/hub/home"]).status == 400)
        #expect(site.launcher.now.recipes == [])
    }

    @Test func aCopyAndAFetchBuild() async throws {
        let site = try await Site()
        site.launcher.change { $0.build = .success(Site.environment("work")) }
        let browser = try await site.browser(loggedInAs: "alice")
        #expect(
            try await browser.post("/hub/environments/bob%2Flab/copy", ["_csrf": browser.csrf, "to": "mine"]).location?
                .hasPrefix("/hub/environments/builds/") == true)
        let token = try await site.accounts.makeToken(account: "ada", note: "", scopes: ["self"], lifetime: nil)
        func post(_ body: String) async throws -> Browser.Answer {
            let answer = try await site.browser().send("POST", "/hub/api/environments", ["Authorization": "token \(token.secret)"], body)
            if let log = answer.location { _ = try await site.browser().send("GET", log, ["Authorization": "token \(token.secret)"], "") }
            return answer
        }
        #expect(try await post(#"{"from": "bob/lab@v1"}"#).status == 202)
        #expect(try await post(#"{"git": {"url": "https://git.example.org/x"}}"#).status == 202)
        #expect(try await post(#"{"git": {"url": "https://git.example.org/no"}}"#).status == 424)
        for body in ["{}", #"{"from": "https://git.example.org/x"}"#, #"{"git": {}}"#] { #expect(try await post(body).status == 400) }
        #expect(site.launcher.now.built == ["copy bob/lab current mine", "copy bob/lab v1 same"])
        #expect(site.launcher.now.recipes.count == 1)
    }
}
