import Accounts
import Foundation
import LauncherProtocol
import Servers
import Testing

@testable import Hub

/// Servers with names, on pages and by API.
@Suite(.timeLimit(.minutes(5))) struct NamedServerTests {
    @Test func oneIsMadeListedStartedAndRemoved() async throws {
        let site = try await Site()
        let browser = try await site.browser(loggedInAs: "alice")
        #expect(try await browser.get("/hub/home").body.contains("New server…"))
        let made = try await browser.post("/hub/servers", ["_csrf": browser.csrf, "name": "Big-Run"])
        #expect(made.location == "/hub/spawn/alice/big-run?choose")
        let form = try await browser.get(made.location ?? "")
        #expect(form.body.contains("“big-run”") && form.body.contains("action=\"/hub/spawn/alice/big-run\""))
        site.launcher.change { $0.start = .failure(LauncherError(.refused, "Too much.", cause: .limit)) }
        _ = try await browser.post("/hub/spawn/alice/big-run", ["_csrf": browser.csrf, "profile": "cpu", "environment": ""])
        for await _ in site.servers.events(of: ServerID(owner: "alice", name: "big-run")) {}
        #expect(site.launcher.now.started.map(\.id.name) == ["big-run"])
        #expect(try await site.accounts.choices(of: "alice") == ["big-run": ServerChoice(profile: "cpu", environment: nil)])

        let home = try await browser.get("/hub/home").body
        #expect(home.contains("big-run") && home.contains("Too much.") && home.contains("/hub/servers/remove/alice/big-run"))
        let removed = try await browser.post("/hub/servers/remove/alice/big-run", ["_csrf": browser.csrf])
        #expect(removed.location == "/hub/home")
        #expect(try await browser.get("/hub/home").body.contains("big-run") == false)
        #expect(try await site.accounts.choices(of: "alice") == [:])
    }

    @Test func namesAreCheckedAndCounted() async throws {
        let site = try await Site { $0.servers.namedLimit = 1 }
        let browser = try await site.browser(loggedInAs: "alice")
        for bad in ["", "1a", "a--b", "a_b", String(repeating: "a", count: 31), "../x"] {
            #expect(try await browser.post("/hub/servers", ["_csrf": browser.csrf, "name": bad]).status == 400, "\(bad)")
        }
        try await site.accounts.remember(ServerChoice(profile: "cpu", environment: nil), of: "alice", server: "one")
        let second = try await browser.post("/hub/servers", ["_csrf": browser.csrf, "name": "two"])
        #expect(second.status == 403 && second.body.contains("one"))
        #expect(try await browser.post("/hub/servers", ["_csrf": browser.csrf, "name": "one"]).status == 303)
        let api = try await browser.send("POST", "/hub/api/users/alice/servers/two", ["X-CSRF-Token": browser.csrf], "")
        #expect(api.status == 403 && site.launcher.now.started.isEmpty)
        #expect(try await browser.get("/hub/spawn/alice/two").status == 403)
    }

    @Test func nothingOfItIsForOthers() async throws {
        let site = try await Site()
        let browser = try await site.browser(loggedInAs: "alice")
        for path in ["/hub/servers/remove/bob/x", "/hub/servers/keep/bob", "/hub/servers/keep/bob/x"] {
            #expect(try await browser.post(path, ["_csrf": browser.csrf]).status == 404, "\(path)")
        }
        #expect(try await browser.post("/hub/servers", ["_csrf": "wrong", "name": "x"]).status == 403)
    }

    @Test func whereTheyAreNotOfferedThePageDoesNotOfferThem() async throws {
        let site = try await Site { $0.servers.namedLimit = 0 }
        let browser = try await site.browser(loggedInAs: "alice")
        #expect(try await browser.get("/hub/home").body.contains("New server…") == false)
        #expect(try await browser.post("/hub/servers", ["_csrf": browser.csrf, "name": "x"]).status == 403)
    }
}

@Suite(.timeLimit(.minutes(5))) struct GPUPageTests {
    private let gpus = GPUOverview(gpus: [
        GPUSummary(
            id: "GPU-1", name: "A100", index: 0, use: .init(memory: 40 << 30, memoryUsed: 10 << 30, busy: 93, temperature: 61),
            holders: [.init(id: ServerID(owner: "bob", name: "lab"), shares: true, since: 1_700_000_000)]),
        GPUSummary(id: "MIG-2", name: "", index: nil, use: nil, holders: []),
    ])

    @Test func saysWhoseTheyAre() async throws {
        let site = try await Site { $0.profiles[0].gpus = .count(1) }
        site.launcher.change { [gpus] in $0.gpus = gpus }
        let browser = try await site.browser(loggedInAs: "alice")
        let page = try await browser.get("/hub/gpus").body
        for part in [
            "A100", "bob/lab", "10.0 GiB of 40.0 GiB", "93 % busy", "61 °C", "value=\"25\"", "MIG-2", "Free", "href=\"/hub/gpus\"",
        ] {
            #expect(page.contains(part), "\(part)")
        }
        let api = try await browser.send("GET", "/hub/api/gpus", [:], "").json
        let list = try #require(api["gpus"] as? [[String: Any]])
        #expect(list.count == 2 && (list[0]["holders"] as? [[String: Any]])?.first?["user"] as? String == "bob")
        #expect((list[0]["use"] as? [String: Any])?["memory"] as? Int == 40 << 30 && list[1]["use"] is NSNull)
        #expect(try await site.browser().send("GET", "/hub/api/gpus", [:], "").status == 403)
    }

    @Test func whereThereAreNoneItSaysSo() async throws {
        let site = try await Site()
        let browser = try await site.browser(loggedInAs: "alice")
        let page = try await browser.get("/hub/gpus").body
        #expect(page.contains("No GPU is known.") && !page.contains("href=\"/hub/gpus\""))
    }

    @Test func theyAreMeasured() async throws {
        let site = try await Site {
            $0.gateway.metrics.allow = ["192.0.2.7"]
            $0.gpus.devices = ["GPU-1"]
        }
        site.launcher.change { [gpus] in $0.gpus = gpus }
        let lines = Set(try await site.browser().send("GET", "/hub/metrics", [:], "").body.split(separator: "\n").map(String.init))
        for line in [
            "berth_gpu_servers{gpu=\"GPU-1\"} 1", "berth_gpu_servers{gpu=\"MIG-2\"} 0", "berth_gpu_busy_ratio{gpu=\"GPU-1\"} 0.93",
            "berth_start_queue 0", "berth_culls_total{reason=\"idle\"} 0",
        ] { #expect(lines.contains(line), "\(line)") }
    }
}

@Suite(.timeLimit(.minutes(5))) struct RemedyTests {
    @Test func everyCauseHasWhatHelps() {
        for cause in FailureCause.allCases where cause != .shutDown {
            let remedies = Remedies(cause, hasEnvironment: true)
            #expect(remedies.choosesFirst || remedies.asks, "\(cause)")
            #expect(!Remedies(cause, hasEnvironment: false).rollsBack, "\(cause)")
        }
        #expect(Remedies(.noJupyter, hasEnvironment: true).rollsBack && Remedies(.driverTooOld, hasEnvironment: true).rollsBack)
    }

    @Test(arguments: [
        ("admin@example.org", "mailto:admin@example.org?subject=A%20b"), ("https://help.example.org/x", "https://help.example.org/x"),
    ])
    func contacts(contact: String, link: String) { #expect(Contact.link(contact, subject: "A b") == link) }

    @Test func aFailedStartOffersThem() async throws {
        let site = try await Site { $0.gateway.contact = "admin@example.org" }
        site.launcher.change {
            $0.environments = [Site.environment("work")]
            $0.start = .failure(LauncherError(.failed, "The driver is too old.", cause: .driverTooOld))
        }
        let browser = try await site.browser(loggedInAs: "alice")
        _ = try await browser.post("/hub/spawn/alice", ["_csrf": browser.csrf, "profile": "cpu", "environment": "work"])
        for await _ in site.servers.events(of: ServerID(owner: "alice")) {}
        for path in ["/hub/spawn-pending/alice", "/hub/home"] {
            let page = try await browser.get(path).body
            for part in [
                "The driver is too old.", "mailto:admin@example.org?subject=", "href=\"/hub/environments/work\"",
                "class=\"button primary\" href=\"/hub/spawn/alice?choose\"",
            ] {
                #expect(page.contains(part), "\(path): \(part)")
            }
        }
    }
}
