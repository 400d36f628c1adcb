import Foundation
import LauncherProtocol
import Testing

@testable import Hub

/// Edits that began from a version, and what goes with a recipe: the same by pages and by the API.
@Suite struct EnvironmentEditTests {
    private func site() async throws -> Site {
        let site = try await Site()
        site.launcher.change {
            $0.environments = [Site.environment("work"), Site.environment("bob/team")]
            $0.build = .success(Site.environment("work"))
        }
        return site
    }

    private func token(_ site: Site) async throws -> [String: String] {
        let made = try await site.accounts.makeToken(account: "alice", note: "", scopes: ["self"], lifetime: nil)
        return ["Authorization": "token \(made.secret)"]
    }

    private static let newest = String(repeating: "b", count: 40)

    @Test func aPageWhoseVersionIsNoLongerTheNewestLosesNothing() async throws {
        let site = try await site()
        let browser = try await site.browser(loggedInAs: "alice")
        let form = try await browser.get("/hub/environments/work/edit")
        #expect(form.field("base") == Self.newest)

        let mine = "name: work\ndependencies:\n  - numpy\n  - mine\n"
        let refused = try await browser.post(
            "/hub/environments/work/edit", ["_csrf": browser.csrf, "recipe": mine, "base": "aaaa", "cuda": "12.4"])
        #expect(refused.status == 409)
        #expect(refused.body.contains("- mine") && refused.body.contains("<span class=\"added\">+   - mine</span>"))
        #expect(refused.body.contains("Somebody saved meanwhile") && refused.body.contains("Change the environment"))
        #expect(refused.body.contains("Save on top of it") && refused.body.contains("value=\"12.4\""))
        #expect(refused.field("base") == Self.newest)
        #expect(site.launcher.now.recipes == [])

        let taken = try await browser.post(
            "/hub/environments/work/edit", ["_csrf": browser.csrf, "recipe": mine, "base": try #require(refused.field("base"))])
        #expect(taken.status == 303 && site.launcher.now.recipes == [mine])
    }

    @Test func programsSayWhichVersionTheyKnow() async throws {
        let site = try await site()
        let headers = try await token(site)
        let path = "/hub/api/environments/work"
        let found = try await site.browser().send("GET", path, headers, "")
        #expect(found.header("etag") == "\"\(Self.newest)\"" && found.json["version"] as? String == Self.newest)

        let old = try await site.browser().send("PUT", path, headers, #"{"recipe": "dependencies: [a]", "base": "aaaa"}"#)
        #expect(old.status == 409 && old.json["current"] as? String == Self.newest && old.json["log"] as? [String] == ["+ theirs"])
        let unmatched = try await site.browser().send(
            "PUT", path, headers.merging(["If-Match": "\"aaaa\""]) { $1 }, #"{"recipe": "dependencies: [a]"}"#)
        #expect(unmatched.status == 412 && unmatched.json["current"] as? String == Self.newest)
        // What isn't there matches nothing.
        for (method, condition) in [("PUT", "*"), ("PUT", "\"\(Self.newest)\""), ("PATCH", "*")] {
            let absent = try await site.browser().send(
                method, "/hub/api/environments/absent", headers.merging(["If-Match": condition]) { $1 },
                #"{"recipe": "dependencies: [a]"}"#)
            #expect(absent.status == 412 && absent.body.contains("There is no “absent”"))
        }
        #expect(site.launcher.now.recipes == [])

        let put = try await site.browser().send(
            "PUT", path, headers.merging(["If-Match": "\"\(Self.newest)\""]) { $1 },
            #"{"recipe": "dependencies: [a]", "cuda": "12.4", "as_of": "2026-01-31", "nearest": true}"#)
        #expect(put.status == 202)
        let call = try #require(site.launcher.now.wanted.last)
        #expect(call.target == SolveTarget(cuda: "12.4", asOf: "2026-01-31") && call.nearest && call.base == Self.newest)
        #expect(try await site.browser().send("PUT", path, headers, "{}").status == 400)

        // The build has to be over: one at a time.
        _ = try await site.browser().send("GET", try #require(put.location), headers, "")
        let patched = try await site.browser().send("PATCH", path, headers, #"{"cuda": "none"}"#)
        #expect(patched.status == 202)
        let again = try #require(site.launcher.now.wanted.last)
        #expect(again.recipe == "name: work\ndependencies:\n  - numpy\n" && again.base == Self.newest && again.target.cuda == "none")
    }

    @Test func whatIsGoneIsBuiltAsTheNearestAtAButton() async throws {
        let site = try await site()
        site.launcher.change { $0.build = .failure(LauncherError(.failed, "gone", log: ["numpy 1 0 is gone"], obstacle: .packagesGone)) }
        let browser = try await site.browser(loggedInAs: "alice")
        let began = try await browser.post("/hub/environments/work/rollback", ["_csrf": browser.csrf, "version": "aaaa"])
        let page = try #require(began.location)
        let id = try #require(page.split(separator: "/").last)
        let log = try await browser.get("/hub/api/builds/\(id)/log")
        #expect(log.body.contains(#""nearest":true"#))
        #expect(try await browser.get(page).body.contains("Build the nearest that fit"))
        let nearest = try await browser.post("/hub/environments/builds/\(id)/nearest", ["_csrf": browser.csrf])
        _ = try await browser.get("/hub/api/builds/\(try #require(nearest.location?.split(separator: "/").last))/log")
        #expect(site.launcher.now.built == ["rollback work aaaa", "rollback work aaaa nearest"])
        #expect(try await browser.get(try #require(nearest.location)).body.contains("numpy is another one."))
        let bob = try await site.browser(loggedInAs: "bob")
        #expect(try await bob.post("/hub/environments/builds/\(id)/nearest", ["_csrf": bob.csrf]).status == 404)

        let headers = try await token(site)
        let body = #"{"version": "bbbb", "nearest": true}"#
        #expect(try await site.browser().send("POST", "/hub/api/environments/work/rollback", headers, body).status == 202)
        #expect(site.launcher.now.built.last == "rollback work bbbb nearest")
    }

    @Test func twoPeoplesEnvironmentsAreCompared() async throws {
        let site = try await site()
        let browser = try await site.browser(loggedInAs: "alice")
        let page = try await browser.get("/hub/environments/work/diff?from=aaaa&with=bob/team@bbbb")
        #expect(page.body.contains("work and bob/team") && page.body.contains("1.26.4 → 2.1.3"))
        #expect(try await browser.get("/hub/environments/work/diff?with=eve/secret").status == 404)
        let diff = try await site.browser().send("GET", "/hub/api/environments/work/diff?from=aaaa&with=bob/team", token(site), "").json
        #expect((diff["changes"] as? [[String: Any]])?.count == 1)
    }

    @Test func aLayerBecomesAnEnvironmentOfOnesOwn() async throws {
        let site = try await site()
        let browser = try await site.browser(loggedInAs: "alice")
        let answer = try await browser.post("/hub/environments/bob%2Fteam/layer/save", ["_csrf": browser.csrf, "to": "mine"])
        #expect(answer.status == 303)
        _ = try await browser.get("/hub/api/builds/\(try #require(answer.location?.split(separator: "/").last))/log")
        let api = try await site.browser().send("POST", "/hub/api/environments/work/layer", token(site), #"{"name": "other"}"#)
        #expect(api.status == 202)
        #expect(site.launcher.now.built == ["save bob/team as mine", "save work as other"])
    }

    @Test func GPUsAreAskedForWhereSomebodySaysOrCUDAIsNeeded() async throws {
        let site = try await site()
        let browser = try await site.browser(loggedInAs: "alice")
        #expect(try await !browser.get("/hub/environments/work/export/docker-run").body.contains("--gpus"))
        #expect(try await browser.get("/hub/environments/work/export/docker-run?gpus=2").body.contains("--gpus 2"))
        #expect(try await browser.get("/hub/environments/work/export/kubernetes?gpus=2").body.contains("nvidia.com/gpu: 2"))
        #expect(try await browser.get("/hub/environments/work").body.contains("name=\"gpus\" type=\"number\""))
    }
}
