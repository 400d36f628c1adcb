import Accounts
import Foundation
import LauncherProtocol
import Testing

@testable import Hub

/// Somebody with five hundred environments.
@Suite struct EnvironmentPageTests {
    private func site() async throws -> Site {
        let site = try await Site()
        site.launcher.change { $0.environments = (0..<500).map { Site.environment(String(format: "env-%03d", $0)) } }
        return site
    }

    private func count(_ text: String, in page: Browser.Answer) -> Int { page.body.components(separatedBy: text).count - 1 }

    @Test func theHomePageHasPagesAndASearch() async throws {
        let site = try await site()
        let browser = try await site.browser(loggedInAs: "alice")
        let first = try await browser.get("/hub/home")
        #expect(count("href=\"/hub/environments/env-", in: first) == 25)
        #expect(first.body.contains("/hub/home?q=&amp;offset=25#environments") && !first.body.contains("rel=\"prev\""))
        let last = try await browser.get("/hub/home?offset=475")
        #expect(last.body.contains("env-499") && !last.body.contains("rel=\"next\"") && last.body.contains("offset=450"))
        let found = try await browser.get("/hub/home?q=env-31")
        #expect(count("href=\"/hub/environments/env-", in: found) == 10 && !found.body.contains("rel=\"next\""))
        #expect(try await browser.get("/hub/home?q=nothing").body.contains("No environment has that in its name."))
        #expect(try await browser.get("/hub/home?offset=99999999&q=%3Cb%3E").status == 200)
        withExtendedLifetime(site) {}
    }

    @Test func whatWasUsedLastIsOfferedOnEveryPage() async throws {
        let site = try await site()
        let browser = try await site.browser(loggedInAs: "alice")
        try await site.accounts.remember(ServerChoice(profile: "cpu", environment: "env-321"), of: "alice")
        let page = try await browser.get("/hub/spawn?choose")
        #expect(page.body.contains("value=\"env-321\" checked") && count("name=\"environment\"", in: page) == 27)
        #expect(page.body.contains("role=\"search\"") && page.body.contains("offset=25&amp;choose=1"))
    }

    @Test func programsGetPages() async throws {
        let site = try await site()
        let token = try await site.accounts.makeToken(account: "alice", note: "", scopes: ["self"], lifetime: nil)
        let headers = ["Authorization": "token \(token.secret)"]
        func get(_ query: String, _ more: [String: String] = [:]) async throws -> Browser.Answer {
            try await site.browser().send("GET", "/hub/api/environments" + query, headers.merging(more) { $1 }, "")
        }
        let bare = try #require(try JSONSerialization.jsonObject(with: Data(try await get("?limit=7").body.utf8)) as? [[String: Any]])
        #expect(bare.count == 7)
        let page = try await get("?offset=490&limit=7", ["Accept": Page.mediaType]).json
        #expect((page["items"] as? [Any])?.count == 7)
        let next = (page["_pagination"] as? [String: Any])?["next"] as? [String: Any]
        #expect(next?["offset"] as? Int == 497)
        #expect((try await get("?name_filter=env-31", ["Accept": Page.mediaType]).json["items"] as? [Any])?.count == 10)
        let whole = try #require(try JSONSerialization.jsonObject(with: Data(try await get("").body.utf8)) as? [Any])
        #expect(whole.count == 200)
    }
}
