import Foundation
import LauncherProtocol
import Testing
@testable import Hub

@Suite(.timeLimit(.minutes(5))) struct PageTests {
    private let id = ServerID(owner: "alice")

    @Test func everyPageForbidsWhatItDoesNotNeed() async throws {
        let site = try await Site()
        for path in ["/hub/login", "/hub/nothing", "/hub/api", "/hub/static/css/berth.css"] {
            let answer = try await site.browser().get(path)
            let policy = try #require(answer.header("Content-Security-Policy"))
            #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"))
            #expect(answer.header("X-Content-Type-Options") == "nosniff")
            #expect(answer.header("Referrer-Policy") == "same-origin")
            #expect(answer.header("Cross-Origin-Opener-Policy") == "same-origin")
        }
        #expect(try await site.browser().get("/hub/login").header("Cache-Control") == "no-store")
    }

    @Test func pagesLoadNothingFromElsewhereAndNothingInline() async throws {
        let site = try await Site()
        site.launcher.change { $0.environments = [Site.environment("a"), Site.environment("b")] }
        let browser = try await site.browser(loggedInAs: "alice")
        for path in [
            "/hub/home", "/hub/spawn?choose", "/hub/token", "/hub/environments/new", "/hub/environments/a", "/hub/environments/a/remove",
            "/hub/nothing",
        ] {
            let body = try await browser.get(path).body
            #expect(!body.contains("style=\"") && !body.contains("<style") && !body.contains("onclick"), "\(path)")
            #expect(!body.contains("{{") && !body.contains("src=\"http"), "\(path)")
            #expect(body.components(separatedBy: "<h1").count == 2, "\(path) has one heading of the first order")
            for id in body.matches(of: /<input id="([^"]+)"/) { #expect(body.contains("<label for=\"\(id.1)\""), "\(path): \(id.1)") }
        }
    }

    @Test func itEndsWhenItsTaskIsCancelledAndLeavesNobodyWaiting() async throws {
        let site = try await Site()
        let browser = try await site.browser(loggedInAs: "alice")
        #expect(try await browser.get("/hub/home").status == 200)
        await site.stop()
        await #expect(throws: (any Error).self) { try await browser.get("/hub/home") }
    }

    @Test func aVisitorLogsInAndComesBack() async throws {
        let site = try await Site()
        #expect(
            try await site.browser().get("/hub/spawn?next=/user/a/lab").location
                == "/hub/login?next=%2Fhub%2Fspawn%3Fnext%3D%2Fuser%2Fa%2Flab")
        #expect(try await site.browser().get("/user-less").status == 404)
        #expect(try await site.browser().get("/").location == "/hub/home")
        // From there the log-in goes on to JupyterLab, where a start has nothing to ask.
        #expect(try await site.browser().get("/hub").location == "/hub/login?next=%2Fhub")
        #expect(try await site.browser(loggedInAs: "alice").get("/hub").location == "/hub/home")
    }

    @Test func scriptsCannotReadPages() async throws {
        let site = try await Site()
        let browser = try await site.browser(loggedInAs: "alice")
        for destination in ["empty", "iframe", "object"] {
            #expect(try await browser.get("/hub/home", ["Accept": "text/html", "Sec-Fetch-Dest": destination]).status == 403)
        }
    }

    @Test func homeShowsWhatOneHas() async throws {
        let site = try await Site()
        site.launcher.change { $0.environments = [Site.environment("work")] }
        let browser = try await site.browser(loggedInAs: "alice")
        let page = try await browser.get("/hub/home")
        #expect(page.body.contains("Hello, alice") && page.body.contains("/hub/environments/work") && page.body.contains("3.0 MiB"))
        #expect(page.body.contains("Firefox · Linux") && page.body.contains("192.0.2.1"))
        site.launcher.change { $0.outage = LauncherError(.unavailable, "The launcher does not answer.") }
        let down = try await browser.get("/hub/home")
        #expect(down.status == 200 && down.body.contains("The launcher does not answer."))
        #expect(try await browser.get("/hub/spawn?choose").status == 503)
    }

    @Test func aStartNeedsTheFormsMark() async throws {
        let site = try await Site()
        let browser = try await site.browser(loggedInAs: "alice")
        #expect(try await browser.post("/hub/spawn", ["profile": "cpu"]).status == 403)
        #expect(
            try await browser.post("/hub/spawn", ["profile": "cpu", "_csrf": browser.csrf], ["Sec-Fetch-Site": "cross-site"]).status == 403)
        #expect(site.launcher.now.started.isEmpty)
        let answer = try await browser.post("/hub/spawn", ["profile": "cpu", "environment": "", "_csrf": browser.csrf])
        #expect(answer.location == "/hub/spawn-pending/alice")
        #expect(try await site.accounts.choice(of: "alice")?.profile == "cpu")
        let pending = try await browser.get("/hub/spawn-pending/alice")
        #expect(
            pending.body.contains("data-progress=\"/hub/api/users/alice/server/progress\"")
                && pending.body.contains("data-target=\"/user/alice/lab\""))
        #expect(pending.body.contains("<noscript><meta http-equiv=\"refresh\""))
    }

    @Test func aFailedStartShowsReasonLogAndWaysOut() async throws {
        let site = try await Site()
        site.launcher.change {
            $0.start = .failure(
                LauncherError(.failed, "Neither the image nor the environment has Jupyter.", log: ["exec: jupyter: not found"]))
        }
        let browser = try await site.browser(loggedInAs: "alice")
        _ = try await browser.post("/hub/spawn", ["profile": "cpu", "_csrf": browser.csrf])
        for await _ in site.servers.events(of: id) {}
        let page = try await browser.get("/hub/spawn-pending/alice")
        #expect(
            page.body.contains("JupyterLab did not start") && page.body.contains("Neither the image")
                && page.body.contains("exec: jupyter: not found"))
        #expect(page.body.contains("name=\"again\"") && page.body.contains("/hub/spawn/alice?choose") && !page.body.contains("http-equiv"))
        // A failed server is not started again by looking at its address.
        #expect(try await browser.get("/hub/user/alice/lab").body.contains("Neither the image"))
        #expect(site.launcher.now.started.count == 1)
    }

    /// Whoever may only use somebody else's environment can't roll it back.
    @Test(arguments: [("work", EnvironmentRight.admin, true), ("ada/team", .edit, true), ("ada/team", .use, false)])
    func aFailedStartLeadsToEarlierVersions(name: String, right: EnvironmentRight, leads: Bool) async throws {
        let site = try await Site()
        site.launcher.change { state in
            state.environments = [Site.environment(name).named(name, right: right, layers: .none)]
            state.start = .failure(LauncherError(.failed, "It ended at once."))
            let change = PackageChange(name: "traitlets", direction: .down, before: "5.14", after: "4.0", isAsked: true)
            state.layer = LayerSummary(build: "b", files: 9, bytes: 9, changes: [change], notices: [])
        }
        let browser = try await site.browser(loggedInAs: "alice")
        _ = try await browser.post("/hub/spawn", ["profile": "cpu", "environment": name, "_csrf": browser.csrf])
        for await _ in site.servers.events(of: id) {}
        let link = "href=\"/hub/environments/\(name.replacing("/", with: "%2F"))\">Go back to an earlier version…"
        for page in ["/hub/spawn-pending/alice", "/hub/home"] {
            #expect(try await browser.get(page).body.contains(link) == leads, "\(page)")
        }
        // What was installed over it is as likely the reason, whoever it belongs to.
        let page = try await browser.get("/hub/spawn-pending/alice").body
        #expect(page.contains("traitlets") && page.contains("\(name.replacing("/", with: "%2F"))#drift"))
    }

    @Test func anAddressOfAServerThatDoesNotRun() async throws {
        let site = try await Site()
        site.launcher.change { $0.environments = [Site.environment("a"), Site.environment("b")] }
        let browser = try await site.browser(loggedInAs: "alice")
        let api = try await browser.get(
            "/hub/user/alice/api/kernels", ["Accept": "*/*", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"])
        #expect(api.status == 424 && api.json["status"] as? Int == 424 && api.json["message"] is String)
        let page = try await browser.get("/hub/user/alice/lab/tree/a%20b.ipynb?x=1")
        #expect(
            page.status == 424 && page.body.contains("Your server is stopped")
                && page.body.contains("value=\"/user/alice/lab/tree/a%20b.ipynb?x=1\""))
        #expect(site.launcher.now.started.isEmpty)

        try await site.accounts.remember(.init(profile: "cpu", environment: "b"), of: "alice")
        let started = try await browser.get("/hub/user/alice/lab/tree/a%20b.ipynb?x=1")
        #expect(started.status == 424 && started.body.contains("data-target=\"/user/alice/lab/tree/a%20b.ipynb?x=1\""))
        #expect(site.servers.status(of: id).environment == "b")
        #expect(try await browser.get("/hub/user/alice/api/kernels", ["Accept": "application/json"]).status == 424)

        #expect(try await browser.get("/hub/user/bob/lab").status == 404)
        #expect(try await browser.send("POST", "/hub/user/alice/api/kernels", [:], "{}").status == 424)
        #expect(try await site.browser().get("/hub/user/alice/lab").location == "/hub/login?next=%2Fuser%2Falice%2Flab")
        #expect(try await site.browser().get("/hub/user/alice/api", ["Accept": "*/*"]).status == 403)
    }

    @Test func redirectsToOnesOwnServerKeepEveryByte() async throws {
        let site = try await Site()
        let browser = try await site.browser(loggedInAs: "alice")
        let rest = "git-pull?repo=https%3A%2F%2Fgithub.com%2Fa%2Fb&urlpath=lab%2Ftree%2FR%2Findex.ipynb%3Fautodecode"
        #expect(try await browser.get("/hub/user-redirect/" + rest).location == "/user/alice/" + rest)
    }

    @Test func anEnvironmentIsBuiltFromWhatWasPasted() async throws {
        let site = try await Site()
        site.launcher.change { $0.build = .success(Site.environment("work")) }
        let browser = try await site.browser(loggedInAs: "alice")
        let answer = try await browser.post(
            "/hub/environments", ["_csrf": browser.csrf, "recipe": "name: work\r\ndependencies: []\r\n", "name": ""])
        let path = try #require(answer.location)
        #expect(path.hasPrefix("/hub/environments/builds/"))
        let log = try await browser.get(
            "/hub/api/builds/\(path.split(separator: "/").last ?? "")/log", ["Sec-Fetch-Dest": "empty", "X-CSRF-Token": browser.csrf])
        #expect(log.header("Content-Type") == "text/event-stream" && log.header("X-Accel-Buffering") == "no")
        #expect(log.body.contains("\"message\":\"Solving\"") && log.body.contains("\"ready\":true"))
        #expect(site.launcher.now.recipes == ["name: work\ndependencies: []\n"])
        #expect(try await browser.get(path).body.contains("The environment is ready."))
        #expect(try await browser.post("/hub/environments", ["_csrf": browser.csrf, "recipe": " "]).status == 400)
        let other = try await site.browser(loggedInAs: "bob")
        #expect(try await other.get(path).status == 404)
    }

    @Test func anEnvironmentGoesOnlyAfterAQuestion() async throws {
        let site = try await Site()
        site.launcher.change { $0.environments = [Site.environment("work")] }
        let browser = try await site.browser(loggedInAs: "alice")
        #expect(try await browser.get("/hub/environments/work/remove").body.contains("Remove “work”?"))
        #expect(try await browser.post("/hub/environments/work/remove", [:]).status == 403)
        #expect(try await browser.post("/hub/environments/work/remove", ["_csrf": browser.csrf]).status == 303)
        #expect(try await browser.get("/hub/environments/work").status == 404)
    }

    @Test func aTokenIsShownOnce() async throws {
        let site = try await Site()
        let browser = try await site.browser(loggedInAs: "alice")
        let made = try await browser.post("/hub/token", ["_csrf": browser.csrf, "note": "VS Code", "lifetime": "week"])
        let secret = try #require(made.body.firstMatch(of: /brth_[A-Za-z0-9_-]{43}/)).output
        #expect(site.accounts.token(secret: String(secret))?.account == "alice")
        let again = try await browser.get("/hub/token")
        #expect(again.body.contains("VS Code") && !again.body.contains(secret))
        let id = try #require(again.field("token"))
        #expect(try await browser.post("/hub/token/revoke", ["_csrf": browser.csrf, "token": id]).location == "/hub/token")
        #expect(site.accounts.token(secret: String(secret)) == nil)
    }

    @Test func filesAreKeptForGoodUnderTheirHash() async throws {
        let site = try await Site()
        let page = try await site.browser().get("/hub/login")
        let address = try #require(page.body.firstMatch(of: /href="(\/hub\/static\/css\/berth.css\?v=[0-9a-f]+)"/)).output.1
        let lasting = try await site.browser().get(String(address))
        #expect(lasting.header("Cache-Control") == "public, max-age=31536000, immutable")
        let plain = try await site.browser().get("/hub/static/css/berth.css")
        #expect(plain.header("Cache-Control") == "no-cache")
        let known = try await site.browser().get("/hub/static/css/berth.css", ["If-None-Match": plain.header("ETag") ?? ""])
        #expect(known.status == 304 && known.body.isEmpty)
        #expect(try await site.browser().get("/hub/static/../text/en.json").status == 404)
    }
}
