import Foundation
import LauncherProtocol
import Testing

@testable import Hub

/// What people and programs are told where something is not done.
@Suite(.timeLimit(.minutes(5))) struct RefusalTests {
    @Test func anErrorsPageIsThePersonsOwn() async throws {
        let site = try await Site()
        let browser = try await site.browser(loggedInAs: "alice")
        let page = try await browser.get("/hub/environments/nope")
        #expect(page.status == 404 && page.body.contains("title=\"alice\"") && page.body.contains(browser.csrf))
        #expect(!page.body.contains("href=\"/hub/login\"") && page.body.contains("href=\"/hub/home\""))
        #expect(try await browser.get("/hub/no/such/page").body.contains("title=\"alice\""))
        // A notebook's script is on the same site: it must not find the session's mark there either.
        for path in ["/hub/home", "/hub/environments/nope", "/hub/no/such/page", "/hub/user-redirect/x?%zz"] {
            let answer = try await browser.get(path, ["Accept": "text/html", "Sec-Fetch-Dest": "empty"])
            #expect(!answer.body.contains(browser.csrf) && !answer.body.contains("alice"), "\(path)")
        }
        #expect(try await site.browser().get("/hub/no/such/page").body.contains("href=\"/hub/login\""))
    }

    @Test func whatABodyCanNotHaveIsNamed() async throws {
        let site = try await Site()
        site.launcher.change { $0.environments = [Site.environment("work")] }
        let token = try await site.accounts.makeToken(account: "alice", note: "", scopes: ["self"], lifetime: nil)
        func send(_ path: String, _ body: String) async throws -> Browser.Answer {
            try await site.browser().send("POST", "/hub/api" + path, ["Authorization": "token \(token.secret)"], body)
        }
        for (body, words) in [
            (#"{"recipe": "name: x", "with_cuda": "12.4"}"#, "“with_cuda” is nothing that this body can have"),
            (#"{"recipe": 3}"#, "“recipe” of the body"), (#"{"git": {"url": "https://x", "branch": "main"}}"#, "“branch” is nothing"),
            (#"{"git": {}}"#, "lacks “git.url”"), (#"{"recipe": "name: x", "virtual_packages": [1]}"#, "“virtual_packages[0]”"),
            (#"{"from": "work", "cuda": "12.4"}"#, "as it is"), (#"{"from": "work", "recipe": "name: x"}"#, "give one of them"),
            (#"{"recipe": "name: x", "name": "../x"}"#, "A name has 1 to 64 letters"), ("[]", "not a JSON object"),
            ("{", "not a JSON object"),
        ] {
            let answer = try await send("/environments", body)
            #expect(answer.status == 400 && answer.body.contains(words), "\(answer.body)")
        }
        #expect(site.launcher.now.built == [])
        try await site.accounts.noteLogin(name: "alice", uid: 1000, fullName: "", admin: false)
        // What clients of JupyterHub send, and Berth doesn't know, is passed over.
        let server = try await send("/users/alice/server", #"{"user_options": {"profile": "cpu", "colour": 1}, "image": "x"}"#)
        #expect([201, 202].contains(server.status), "\(server.body)")
        // The next version of one that is there is called that; one word is no requirements.txt.
        let next = try await send("/environments", #"{"recipe": "name: work\ndependencies: [python=3.12]\n"}"#)
        #expect(next.status == 202 && next.json["next_version_of"] as? String == "work")
        #expect(try GivenRecipe("x\n", named: nil, .init()).imported == nil)
        #expect(try GivenRecipe("x>=1\n", named: nil, .init()).imported != nil)
    }

    @Test func aNameThatIsTakenIsAskedAbout() async throws {
        let site = try await Site()
        site.launcher.change { state in
            state.environments = [Site.environment("work")]
            state.build = .success(
                EnvironmentSummary(
                    name: "work", build: "b", created: 0, packages: 1, size: 1, python: nil, jupyter: .none, notices: []))
        }
        let browser = try await site.browser(loggedInAs: "alice")
        let recipe = "name: work\ndependencies: [python=3.12]\n"
        func post(_ more: [String: String]) async throws -> Browser.Answer {
            try await browser.post("/hub/environments", ["_csrf": browser.csrf, "recipe": recipe].merging(more) { $1 })
        }
        let asked = try await post([:])
        #expect(asked.status == 409 && asked.body.contains("name=\"next\" value=\"work\"") && asked.body.contains("python=3.12"))
        #expect(try await post(["name": "a b"]).status == 400)
        #expect(site.launcher.now.recipes.isEmpty)
        let built = try await post(["next": "work"])
        let path = try #require(built.location)
        // Read to its end: it is over then.
        _ = try await browser.get(
            "/hub/api/builds/\(path.split(separator: "/").last ?? "")/log", ["Sec-Fetch-Dest": "empty", "X-CSRF-Token": browser.csrf])
        #expect(try await browser.get(path).body.contains("It is version 2 of “work”: bbbbbbbb."))
        let chinese = try await browser.get("/hub/environments/work", ["Accept": "text/html", "Accept-Language": "zh"])
        #expect(chinese.body.contains("修改环境") && !chinese.body.contains("Change the environment"))
        // Another name that is taken is asked about too; one that is free is built.
        site.launcher.change { $0.environments.append(Site.environment("other")) }
        #expect(try await post(["next": "work", "name": "other"]).body.contains("name=\"next\" value=\"other\""))
    }

    @Test func whatIsTooLongKeepsTheForm() async throws {
        let site = try await Site()
        site.launcher.change { $0.environments = [Site.environment("work")] }
        let browser = try await site.browser(loggedInAs: "alice")
        let long = "# " + String(repeating: "x", count: 1_100_000)
        for path in ["/hub/environments", "/hub/environments/work/edit"] {
            let answer = try await browser.post(path, ["_csrf": browser.csrf, "recipe": long, "name": "x"])
            #expect(answer.status == 413 && answer.body.contains("this one has 1.1 MiB"))
        }
    }
}
