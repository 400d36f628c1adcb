import Foundation
import LauncherProtocol
import Metering
import Testing

@testable import Hub

@Suite(.timeLimit(.minutes(5))) struct MetricsTests {
    @Test func aStrangerIsRefusedAnAllowedAddressIsNot() async throws {
        let site = try await Site()
        #expect(try await site.browser().send("GET", "/hub/metrics", [:], "").status == 403)
        #expect(try await site.browser(loggedInAs: "alice").get("/hub/metrics").status == 403)
        let open = try await Site { $0.gateway.metrics.allow = ["::ffff:192.0.2.7"] }
        let answer = try await open.browser().send("GET", "/hub/metrics", [:], "")
        #expect(answer.status == 200 && answer.header("content-type") == Exposition.contentType)
    }

    @Test func aTokenOpensTheNumbersAndNothingElse() async throws {
        let site = try await Site { $0.gateway.metrics.allow = ["192.0.2.7"] }
        try await site.accounts.noteLogin(name: "root", uid: 1000, fullName: "", admin: true)
        func headers(_ scope: String) async throws -> [String: String] {
            [
                "Authorization": "token "
                    + (try await site.accounts.makeToken(account: "root", note: "", scopes: [scope], lifetime: nil).secret)
            ]
        }
        let metrics = try await headers("read:metrics")
        #expect(try await site.browser().send("GET", "/hub/metrics", metrics, "").status == 200)
        // Whoever shows a token is judged by it alone, wherever they are.
        #expect(try await site.browser().send("GET", "/hub/metrics", try await headers("self"), "").status == 403)
        for path in ["/hub/api/users/root", "/hub/api/users/root/tokens", "/hub/api/environments"] {
            #expect(try await site.browser().send("GET", path, metrics, "").status == 403, "\(path)")
            #expect(try await site.browser().send("GET", path, try await headers("access:servers!user"), "").status == 403, "\(path)")
        }
    }

    @Test func onlyAdministratorsMakeSuchTokens() async throws {
        let site = try await Site()
        let browser = try await site.browser(loggedInAs: "alice")
        let body = #"{"scopes": ["read:metrics"]}"#
        #expect(try await browser.send("POST", "/hub/api/users/alice/tokens", ["X-CSRF-Token": browser.csrf], body).status == 403)
        try await site.accounts.noteLogin(name: "alice", uid: 1001, fullName: "", admin: true)
        #expect(try await browser.send("POST", "/hub/api/users/alice/tokens", ["X-CSRF-Token": browser.csrf], body).status == 201)
    }

    @Test func whatHappenedIsCounted() async throws {
        let site = try await Site(watched: Watched(collect: { [MetricFamily("extra", .gauge, help: "").adding(3)] })) {
            $0.gateway.metrics.allow = ["192.0.2.7"]
        }
        let jupyter = try JupyterStandIn()
        site.launcher.change { $0.start = .success(jupyter.record) }
        let browser = site.browser()
        let page = try await browser.get("/hub/login")
        _ = try await browser.post("/hub/login", ["_csrf": page.field("_csrf") ?? "", "username": "alice", "password": "wrong"])
        let known = try await site.browser(loggedInAs: "alice")
        #expect(try await known.send("POST", "/hub/api/users/alice/server", ["X-CSRF-Token": known.csrf], "").status == 201)
        let lines = Set(try await site.browser().send("GET", "/hub/metrics", [:], "").body.split(separator: "\n").map(String.init))
        for line in [
            "berth_logins_total{result=\"refused\"} 1", "berth_logins_total{result=\"success\"} 0", "berth_servers{state=\"ready\"} 1",
            "berth_server_starts_total{result=\"success\"} 1", "berth_server_start_seconds_count{phase=\"total\"} 1",
            "berth_server_start_seconds_bucket{phase=\"jupyter\",le=\"+Inf\"} 1", "berth_sessions 1", "# TYPE berth_servers gauge",
            "extra 3",
        ] { #expect(lines.contains(line), "\(line)") }
    }
}

@Suite(.timeLimit(.minutes(5))) struct HealthTests {
    @Test func readyWhenLauncherAndDatabaseAre() async throws {
        let site = try await Site()
        let answer = try await site.browser().send("GET", "/hub/health/ready", [:], "")
        #expect(answer.status == 200 && answer.json["status"] as? String == "ready", "\(answer.body)")
    }

    @Test func notReadyHasItsReasonAndIsAlive() async throws {
        let site = try await Site()
        site.launcher.change { $0.outage = LauncherError(.unavailable, "It is away.") }
        let answer = try await site.browser().send("GET", "/hub/health/ready", [:], "")
        #expect(answer.status == 503)
        #expect((answer.json["reasons"] as? [String])?.first?.contains("It is away.") == true)
        #expect(try await site.browser().send("GET", "/hub/health", [:], "").status == 200)
    }
}
