import Foundation
import LauncherProtocol
import Testing

@testable import Hub

/// Environments made by hand, by page and API.
@Suite struct AdoptTests {
    @Test func theHomePageShowsWhatIsKnownAndLooksMeanwhile() async throws {
        let site = try await Site()
        let browser = try await site.browser(loggedInAs: "alice")
        #expect(try await browser.get("/hub/home").body.contains("/hub/adopt\""))
        #expect(try await browser.get("/hub/adopt").body.contains("~/miniforge3/envs/lab"))
        #expect(try await browser.get("/hub/home").body.contains("/hub/adopt?path=miniforge3%2Fenvs%2Flab"))
    }

    @Test func oneIsShownInItsFormsAndTakenOver() async throws {
        let site = try await Site()
        site.launcher.change { $0.build = .success(Site.environment("lab")) }
        let browser = try await site.browser(loggedInAs: "alice")
        let page = try await browser.get("/hub/adopt?path=miniforge3%2Fenvs%2Flab")
        #expect(page.body.contains("Mind this.") && page.body.contains("@EXPLICIT") && !page.body.contains("disabled"))
        #expect(try await browser.get("/hub/adopt?path=old").body.contains("It is too old."))
        let fields = ["path": "miniforge3/envs/lab", "name": "mine", "form": "exact"]
        #expect(try await browser.post("/hub/adopt", fields).status == 403)
        let answer = try await browser.post("/hub/adopt", fields.merging(["_csrf": browser.csrf]) { $1 })
        #expect(answer.location?.hasPrefix("/hub/environments/builds/") == true)
        #expect(site.launcher.now.built == ["adopt miniforge3/envs/lab mine exact"])
    }

    @Test func programsDoTheSame() async throws {
        let site = try await Site()
        site.launcher.change { $0.build = .success(Site.environment("lab")) }
        let token = try await site.accounts.makeToken(account: "alice", note: "", scopes: ["self"], lifetime: nil)
        let headers = ["Authorization": "token \(token.secret)"]
        #expect(try await site.browser().send("GET", "/hub/api/home-environments", headers, "").body.contains("\"kind\":\"conda\""))
        let one = try await site.browser().send("GET", "/hub/api/home-environments?path=old", headers, "").json
        #expect(one["exact_problem"] as? String == "It is too old." && one["from_history"] as? String == "# old\n")
        #expect(
            try await site.browser().send("POST", "/hub/api/home-environments", headers, #"{"path": "a", "form": "no-builds"}"#).status
                == 202)
        for body in ["{}", #"{"path": "a", "form": "zip"}"#] {
            #expect(try await site.browser().send("POST", "/hub/api/home-environments", headers, body).status == 400)
        }
        #expect(try await site.browser().send("GET", "/hub/api/home-environments", [:], "").status == 403)
    }
}
