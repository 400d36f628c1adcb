import Audit
import Foundation
import LauncherProtocol
import Logging
import Servers
import Testing

@testable import Hub

/// What people do at a real hub, and what the log says about it afterwards.
@Suite(.timeLimit(.minutes(5))) struct AuditTrailTests: ~Copyable {
    private let path = FileManager.default.temporaryDirectory.appendingPathComponent("trail-\(UUID().uuidString)").path
    private let log: AuditLog

    init() throws { log = try AuditLog(path: path, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }) }

    deinit { unlink(path) }

    /// The events so far, without their times.
    private func events() async throws -> [String] {
        await log.settled()
        var lines: [String] = []
        try AuditReader(path: path).events { event in
            lines.append("\(event.who) \(event.from) \(event.what.rawValue) \(event.on) \(event.result.rawValue)")
        }
        return lines
    }

    private func logIn(_ browser: Browser, _ name: String, _ password: String) async throws -> Browser.Answer {
        let page = try await browser.get("/hub/login")
        return try await browser.post("/hub/login", ["_csrf": page.field("_csrf") ?? "", "username": name, "password": password])
    }

    @Test func logInsAreNotedWithTheirResultAndNeverWithASecret() async throws {
        let site = try await Site(watched: Watched(audit: log))
        let browser = site.browser()
        _ = try await logIn(browser, "alice", "wr0ng-secret")
        _ = try await logIn(browser, "a\u{1b}[2Jb" + String(repeating: "x", count: 300), "s3cret-too")
        _ = try await logIn(browser, "many", "s3cret-too")
        _ = try await logIn(browser, "ALICE", "right")
        let session = try #require(site.accounts.sessions(of: "alice").first)
        browser.csrf = session.csrf
        _ = try await browser.post("/hub/logout", ["_csrf": session.csrf])
        let events = try await events()
        #expect(events[0] == "alice 192.0.2.7 login  refused")
        #expect(events[1].hasPrefix("a\\u{1b}[2Jbxxx") && events[1].contains("… 192.0.2.7 login  refused"))
        #expect(events[2] == "many 192.0.2.7 login  refused")
        #expect(events[3] == "alice 192.0.2.7 login  success")
        #expect(events[4] == "alice 192.0.2.7 logout \(session.id) success")
        #expect(events.count == 5)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        for secret in ["wr0ng-secret", "s3cret-too", "right", session.csrf] { #expect(!text.contains(secret)) }
        #expect(try AuditReader(path: path).verify().good == 5)
    }

    @Test func anotherSessionThatIsEndedHasItsOwner() async throws {
        let site = try await Site(watched: Watched(audit: log))
        _ = try await site.browser(loggedInAs: "alice")
        let other = try #require(site.accounts.sessions(of: "alice").first)
        let browser = try await site.browser(loggedInAs: "alice")
        #expect(try await browser.post("/hub/sessions/end", ["_csrf": browser.csrf, "session": other.id]).status == 303)
        #expect(try await events() == ["alice 192.0.2.7 session.ended \(other.id) success"])
    }

    @Test func aTokenIsNotedWhenItIsMadeFirstUsedAndRevoked() async throws {
        let site = try await Site(watched: Watched(audit: log))
        let browser = try await site.browser(loggedInAs: "alice")
        let made = try await browser.send("POST", "/hub/api/users/alice/tokens", ["X-CSRF-Token": browser.csrf], "{}")
        let secret = try #require(made.json["token"] as? String)
        let id = try #require(made.json["id"] as? String)
        let headers = ["Authorization": "token \(secret)"]
        for _ in 0..<2 { #expect(try await site.browser().send("GET", "/hub/api/user", headers, "").status == 200) }
        #expect(try await site.browser().send("DELETE", "/hub/api/users/alice/tokens/\(id)", headers, "").status == 204)
        #expect(
            try await events() == [
                "alice 192.0.2.7 token.made \(id) success", "alice  token.first-used \(id) success",
                "alice 192.0.2.7 token.revoked \(id) success",
            ])
        #expect(try !String(contentsOfFile: path, encoding: .utf8).contains(secret))
    }

    @Test func serversAndEnvironmentsAreNotedWithWhoeverAskedForThem() async throws {
        let site = try await Site(watched: Watched(audit: log))
        let jupyter = try JupyterStandIn()
        site.launcher.change {
            $0.start = .success(jupyter.record)
            $0.build = .success(Site.environment("work"))
            $0.environments = [Site.environment("work")]
        }
        let browser = try await site.browser(loggedInAs: "alice")
        let mark = ["X-CSRF-Token": browser.csrf]
        #expect(try await browser.send("POST", "/hub/api/users/alice/server", mark, "").status == 201)
        #expect(try await browser.send("DELETE", "/hub/api/users/alice/server", mark, "").status == 204)
        site.launcher.change { $0.start = .failure(LauncherError(.failed, "no image")) }
        _ = try await browser.send("POST", "/hub/api/users/alice/server", mark, "")
        #expect(try await browser.post("/hub/environments/work/remove", ["_csrf": browser.csrf]).status == 303)
        #expect(
            try await events() == [
                "alice 192.0.2.7 server.start alice success", "alice 192.0.2.7 server.stop alice success",
                "alice 192.0.2.7 server.start alice failed", "alice 192.0.2.7 environment.remove alice/work success",
            ])
        #expect(try String(contentsOfFile: path, encoding: .utf8).contains("no image"))
    }

    @Test func whatAdministratorsAndOwnersDecideIsNoted() async throws {
        let site = try await Site(watched: Watched(audit: log))
        site.launcher.change { $0.environments = [Site.environment("work")] }
        let ada = try await site.browser(loggedInAs: "ada")
        try await site.accounts.noteLogin(name: "ada", uid: 1000, fullName: "", admin: true)
        let fields = ["_csrf": ada.csrf]
        for (path, more) in [
            ("/hub/admin/users", ["name": "bob"]), ("/hub/admin/users/bob/admin", ["admin": "1"]), ("/hub/admin/users/bob/remove", [:]),
            ("/hub/environments/work/share", ["to": "@lab", "right": "edit"]),
            ("/hub/admin/environments", ["environment": "ada/work", "to": "*"]),
            ("/hub/admin/groups", ["name": "lab"]), ("/hub/admin/groups/lab/add", ["account": "ada"]),
            // Who is in it already joins nothing.
            ("/hub/admin/groups/lab/add", ["account": "ada"]), ("/hub/admin/groups/lab/leave", ["account": "ada"]),
            ("/hub/admin/groups/lab/remove", [:]), ("/hub/servers/keep/ada", [:]), ("/hub/servers/remove/ada/two", [:]),
            ("/hub/environments/work/layer/discard", [:]),
        ] { #expect(try await ada.post(path, fields.merging(more) { $1 }).status == 303, "\(path)") }
        let mark = ["X-CSRF-Token": ada.csrf]
        #expect(try await ada.send("POST", "/hub/api/groups/course", mark, #"{"users": ["ada"]}"#).status == 201)
        #expect(try await ada.send("PUT", "/hub/api/groups/course/properties", mark, "{}").status == 200)
        #expect(try await ada.send("DELETE", "/hub/api/groups/course", mark, "").status == 204)
        #expect(
            try await events() == [
                "ada 192.0.2.7 user.add bob success", "ada 192.0.2.7 user.admin bob success", "ada 192.0.2.7 user.remove bob success",
                "ada 192.0.2.7 environment.share ada/work success", "ada 192.0.2.7 environment.assign ada/work success",
                "ada 192.0.2.7 group.make lab success", "ada 192.0.2.7 group.members lab success",
                "ada 192.0.2.7 group.members lab success", "ada 192.0.2.7 group.remove lab success",
                "ada 192.0.2.7 server.keep ada success", "ada 192.0.2.7 server.remove ada/two success",
                "ada 192.0.2.7 layer.discard ada/work success", "ada 192.0.2.7 group.make course success",
                "ada 192.0.2.7 group.members course success", "ada 192.0.2.7 group.properties course success",
                "ada 192.0.2.7 group.remove course success",
            ])
        #expect(try String(contentsOfFile: path, encoding: .utf8).contains(#""+ada""#))
        #expect(try String(contentsOfFile: path, encoding: .utf8).contains("@lab: edit"))
    }

    @Test func everyChangeOfAnEnvironmentIsNotedUnderItsOwnersName() throws {
        func change(_ call: some LauncherCall, _ outcome: (any Sendable)? = nil) -> String {
            EnvironmentChange(call, outcome: outcome).map { "\($0.kind.rawValue) \($0.on) \($0.note ?? "-")" } ?? "nothing"
        }
        let shared = "bob/team", summary = Site.environment(shared), build = "build \(summary.build)"
        #expect(
            change(CreateEnvironment(account: "ada", environment: shared, recipe: ""), summary) == "environment.create bob/team \(build)")
        #expect(
            change(CreateEnvironment(account: "ada", environment: nil, recipe: ""), Site.environment("x"))
                == "environment.create ada/x \(build)")
        #expect(change(CreateEnvironment(account: "ada", environment: "x", recipe: "")) == "environment.create ada/x -")
        #expect(
            change(RollBackEnvironment(account: "ada", environment: shared, version: "abcd"), summary)
                == "environment.rollback bob/team to abcd, \(build)")
        #expect(change(SaveLayer(account: "ada", environment: "x"), Site.environment("x")) == "environment.save ada/x \(build)")
        #expect(
            change(SaveLayer(account: "ada", environment: shared, newName: "x"), Site.environment("x"))
                == "environment.save ada/x installed in \(shared), \(build)")
        #expect(change(DiscardLayer(account: "ada", environment: shared), Done()) == "layer.discard bob/team -")
        #expect(change(RemoveEnvironment(account: "ada", environment: shared), Done()) == "environment.remove bob/team -")
        #expect(
            change(BringBackEnvironment(account: "ada", removed: "x~1700000000"), Site.environment("x"))
                == "environment.bring-back ada/x \(build)")
        #expect(
            change(BringBackEnvironment(account: "ada", removed: "x~1700000000", newName: "y"))
                == "environment.bring-back ada/y was x")
        #expect(change(ListEnvironments(account: "ada"), [summary]) == "nothing")
    }

    @Test func whatTheLauncherDoesIsNotedAndWhatItRefusesToo() async throws {
        let site = try await Site(watched: Watched(audit: log))
        site.launcher.change { state in
            state.environments = [Site.environment("bob/team")]
            state.build = .success(Site.environment("bob/team"))
        }
        let alice = try await site.browser(loggedInAs: "alice")
        let path = "/hub/environments/bob%2Fteam"
        #expect(try await alice.post(path + "/layer/discard", ["_csrf": alice.csrf]).status == 303)
        #expect(try await events() == ["alice 192.0.2.7 layer.discard bob/team success"])
        site.launcher.change { $0.outage = LauncherError(.refused, "It is not yours.") }
        _ = try await alice.post(path + "/share", ["_csrf": alice.csrf, "to": "eve", "right": "use"])
        #expect(try await events().last == "alice 192.0.2.7 environment.share bob/team refused")
    }
}
