import Foundation
import LauncherProtocol
import Testing

@testable import Hub

/// Sharing and assigning by pages and API. Who may is the launcher's to judge.
@Suite(.timeLimit(.minutes(5))) struct SharingTests {
    @Test func anOwnerSharesAndTakesBack() async throws {
        let site = try await Site()
        site.launcher.change { $0.environments = [Site.environment("work")] }
        let browser = try await site.browser(loggedInAs: "alice")
        let path = "/hub/environments/work/share"
        #expect(try await browser.post(path, ["to": "@lab", "right": "edit"]).status == 403)
        #expect(try await browser.post(path, ["_csrf": browser.csrf, "to": "@lab", "right": "edit"]).status == 303)
        #expect(site.launcher.now.grants == [EnvironmentGrant(to: "@lab", right: .edit)])
        #expect(try await browser.get("/hub/environments/work").body.contains("<strong>@lab</strong>"))
        #expect(try await browser.post(path, ["_csrf": browser.csrf, "to": "@lab"]).status == 303)
        #expect(site.launcher.now.grants == [])
    }

    @Test func whoMayOnlyUseSeesNoButtonsToChange() async throws {
        let site = try await Site()
        site.launcher.change { $0.environments = [Site.environment("bob/lab").named("bob/lab", right: .use, layers: .none)] }
        let page = try await site.browser(loggedInAs: "alice").get("/hub/environments/bob%2Flab")
        #expect(page.status == 200 && page.body.contains("<h1>bob/lab</h1>"))
        #expect(!page.body.contains("/edit\"") && !page.body.contains("/rollback") && !page.body.contains("/share"))
        // Before anything was written, and with the way to a copy.
        let refused = try await site.browser(loggedInAs: "alice").get("/hub/environments/bob%2Flab/edit")
        #expect(refused.status == 403 && refused.body.contains("href=\"/hub/environments/bob%2Flab#copy\""))
    }

    @Test func administratorsAssign() async throws {
        let site = try await Site()
        let ada = try await site.browser(loggedInAs: "ada"), alice = try await site.browser(loggedInAs: "alice")
        try await site.accounts.noteLogin(name: "ada", uid: 1000, fullName: "", admin: true)
        let path = "/hub/admin/environments"
        let fields = ["_csrf": ada.csrf, "environment": "bob/lab", "to": "", "default": "1"]
        #expect(try await alice.post(path, fields.merging(["_csrf": alice.csrf]) { $1 }).status == 403)
        #expect(try await ada.post(path, fields).status == 303)
        #expect(site.launcher.now.assignments == [EnvironmentAssignment(environment: "bob/lab", to: "*", isDefault: true)])
        #expect(try await ada.get(path).body.contains("bob/lab"))
        #expect(try await ada.post(path, ["_csrf": ada.csrf, "environment": "bob/lab", "to": "*", "remove": "1"]).status == 303)
        #expect(site.launcher.now.assignments == [])
        let made = try await site.accounts.makeToken(account: "ada", note: "", scopes: ["self"], lifetime: nil)
        let headers = ["Authorization": "token \(made.secret)"]
        let answer = try await site.browser().send(
            "POST", "/hub/api/assignments", headers, #"{"environment": "bob/lab", "to": "@lab", "mandatory": true}"#)
        #expect(answer.status == 200 && answer.body.contains("\"mandatory\":true"))
        #expect(try await site.browser().send("POST", "/hub/api/assignments", headers, "{}").status == 400)
        let grants = try await site.browser().send("POST", "/hub/api/environments/x/grants", headers, #"{"to": "bob", "right": "use"}"#)
        #expect(grants.status == 200 && grants.body.contains("\"right\":\"use\""))
        #expect(
            try await site.browser().send("POST", "/hub/api/environments/x/grants", headers, #"{"to": "b", "right": "own"}"#).status == 400)
        // What is misspelt or forgotten takes nothing back; null does.
        for (body, words) in [(#"{"to": "bob", "rights": "edit"}"#, "lacks “right”"), (#"{"to": 7, "right": null}"#, "“to” of the body")] {
            let answer = try await site.browser().send("POST", "/hub/api/environments/x/grants", headers, body)
            #expect(answer.status == 400 && answer.body.contains(words), "\(answer.body)")
        }
        #expect(site.launcher.now.grants == [EnvironmentGrant(to: "bob", right: .use)])
        let back = try await site.browser().send("POST", "/hub/api/environments/x/grants", headers, #"{"to": "bob", "right": null}"#)
        #expect(back.status == 200 && site.launcher.now.grants == [])
    }
}
