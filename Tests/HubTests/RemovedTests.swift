import Accounts
import Foundation
import LauncherProtocol
import Testing

@testable import Hub

/// Environments that were removed, on pages and for programs.
@Suite struct RemovedTests {
    @Test func whatWasRemovedIsOnTheHomePageAndComesBack() async throws {
        let site = try await Site()
        site.launcher.change { $0.environments = [Site.environment("work")] }
        let alice = try await site.browser(loggedInAs: "alice")
        #expect(try await !alice.get("/hub/home").body.contains("Removed lately"))
        let confirmation = try await alice.get("/hub/environments/work/remove").body
        #expect(confirmation.contains("Its owner can bring it back, with its history, until <time"))
        #expect(try await alice.post("/hub/environments/work/remove", ["_csrf": alice.csrf]).status == 303)
        let home = try await alice.get("/hub/home").body
        #expect(home.contains("Removed lately") && home.contains("value=\"work~1700000000\"") && home.contains("2024-05-12 22:13 UTC"))
        #expect(!home.contains("Another name"))
        #expect(try await alice.post("/hub/environments/bring-back", ["removed": "work~1700000000"]).status == 403)

        // Where the name is taken by now, another one is asked for.
        site.launcher.change { $0.environments = [Site.environment("work")] }
        #expect(try await alice.get("/hub/home").body.contains("aria-label=\"Another name\""))
        var form = ["_csrf": alice.csrf, "removed": "work~1700000000", "name": ""]
        #expect(try await alice.post("/hub/environments/bring-back", form).status == 409)
        form["name"] = "work-2"
        let answer = try await alice.post("/hub/environments/bring-back", form)
        #expect(answer.status == 303 && answer.location == "/hub/environments/work-2")
        #expect(try await !alice.get("/hub/home").body.contains("Removed lately"))
    }

    @Test func programsListAndBringBack() async throws {
        let site = try await Site()
        site.launcher.change { $0.environments = [Site.environment("work")] }
        _ = try await site.browser(loggedInAs: "alice")
        let token = try await site.accounts.makeToken(account: "alice", note: "", scopes: ["self"], lifetime: nil)
        let headers = ["Authorization": "token \(token.secret)"]
        func send(_ method: String, _ path: String, _ body: String = "") async throws -> Browser.Answer {
            try await site.browser().send(method, "/hub/api/" + path, headers, body)
        }
        #expect(try await send("GET", "removed-environments").body == "[]")
        #expect(try await send("DELETE", "environments/work").status == 204)
        #expect(
            try await send("GET", "removed-environments").body
                == #"[{"id":"work~1700000000","name":"work","name_taken":false,"removed":"2023-11-14T22:13:20.000Z","until":"2024-05-12T22:13:20.000Z"}]"#
        )
        #expect(try await send("POST", "environments/bring-back", "{}").status == 400)
        #expect(try await send("POST", "environments/bring-back", #"{"removed": "other"}"#).status == 404)
        let back = try await send("POST", "environments/bring-back", #"{"removed": "work", "name": "again"}"#)
        #expect(back.status == 200 && back.json["name"] as? String == "again")
        #expect(try await send("GET", "environments/again").status == 200)
    }

    @Test func whatLiesOverWhatIsGoneIsShownAndThrownAway() async throws {
        let site = try await Site()
        site.launcher.change {
            $0.orphaned = ["lab", "bob/team"].map {
                OrphanedLayer(environment: $0, build: "abcdef0123", files: 7, bytes: 2048, changed: 1_700_000_000)
            }
        }
        let alice = try await site.browser(loggedInAs: "alice")
        let home = try await alice.get("/hub/home").body
        #expect(home.contains("Over lab, build abcdef01") && home.contains("name=\"environment\" value=\"bob/team\""))
        let form = ["environment": "lab", "build": "abcdef0123"]
        #expect(try await alice.post("/hub/environments/orphaned-layers/discard", form).status == 403)
        #expect(
            try await alice.post("/hub/environments/orphaned-layers/discard", form.merging(["_csrf": alice.csrf]) { $1 }).status == 303)
        let token = try await site.accounts.makeToken(account: "alice", note: "", scopes: ["self"], lifetime: nil)
        let headers = ["Authorization": "token \(token.secret)"]
        #expect(
            try await site.browser().send("GET", "/hub/api/orphaned-layers", headers, "").body
                == #"[{"build":"abcdef0123","bytes":2048,"changed":"2023-11-14T22:13:20.000Z","environment":"bob/team","files":7}]"#)
        #expect(try await site.browser().send("DELETE", "/hub/api/orphaned-layers/bob%2Fteam/abcdef", headers, "").status == 204)
        #expect(try await !alice.get("/hub/home").body.contains("Changes over environments that are gone"))
    }
}
