import Checks
import Foundation
import LauncherProtocol
import Testing

@testable import Hub

/// `berth env check` for programs elsewhere.
@Suite struct CheckTests {
    private func site() async throws -> Site {
        let site = try await Site()
        let lock = #"{"format": 1, "platform": "linux-64", "packages": [], "pip": [], "pipOptions": [], "variables": {}}"#
        site.launcher.change {
            $0.solve = .success(.init(lock: lock, notices: []))
            $0.tried = .success(.init(packages: 3, imported: 1, failures: [RecipePlace(line: 2, column: 5, message: "import x fails")]))
        }
        return site
    }

    private func token(_ site: Site, of account: String = "alice", _ scopes: [String] = ["self"]) async throws -> [String: String] {
        let made = try await site.accounts.makeToken(account: account, note: "", scopes: scopes, lifetime: nil)
        return ["Authorization": "token \(made.secret)"]
    }

    private func check(_ site: Site, _ headers: [String: String], _ body: [String: Any]) async throws -> Browser.Answer {
        let body = String(decoding: try JSONSerialization.data(withJSONObject: body), as: UTF8.self)
        return try await site.browser().send("POST", "/hub/api/environments/check", headers, body)
    }

    private func events(_ answer: Browser.Answer) throws -> [[String: Any]] {
        try answer.body.split(separator: "\n").filter { $0.hasPrefix("data: ") }.map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.dropFirst(6).utf8)) as? [String: Any])
        }
    }

    @Test func aRecipeWithItsFilesIsSolvedForEveryHostBuiltAndImported() async throws {
        let site = try await site()
        let headers = try await token(site)
        let began = try await check(
            site, headers,
            [
                "recipe": "dependencies:\n  - python=3.11\n  - pip\n  - pip:\n      - -r more.txt\n", "file": "envs/lab.yml",
                "files": ["more.txt": "rich\nrich>13\n"], "platforms": ["linux-64", "osx-arm64"], "cudas": ["12.4", "none"],
                "virtual_packages": ["__glibc=2.17"], "as_of": "2026-01-31", "import": true,
            ])
        #expect(began.status == 202)
        let place = try #require(began.location)
        #expect(place.hasPrefix("/hub/api/checks/"))
        let told = try events(try await site.browser().send("GET", place, headers, ""))
        let words = told.compactMap { $0["message"] as? String }
        #expect(words.contains("solves for osx-arm64 without CUDA: 0 packages") && words.contains("modules imported: 1"))
        let last = try #require(told.last)
        #expect(last["ready"] as? Bool == true && last["worst"] as? String == "error")
        let findings = try #require(last["findings"] as? [[String: Any]])
        let found = findings.map { "\($0["file"] ?? ""):\($0["line"] ?? "") \($0["rule"] ?? "")" }
        #expect(found.contains("envs/lab.yml:2 import-fails") && found.contains("envs/more.txt:2 duplicate"))
        let targets = site.launcher.now.targets
        #expect(targets.count == 4 && targets.allSatisfy { $0.virtualPackages == ["__glibc=2.17"] && $0.asOf == "2026-01-31" })

        // What is one's own to follow is nobody else's.
        #expect(try await site.browser().send("GET", place, token(site, of: "bob"), "").status == 404)
    }

    @Test func whatMakesNoSenseIsRefusedBeforeAnythingIsTried() async throws {
        let site = try await site()
        let headers = try await token(site)
        let recipe = "dependencies: [python=3.11]\n"
        for (body, words) in [
            (["recipe": recipe, "platforms": ["linux-66"]], "Did you mean “linux-64”?"),
            (["recipe": recipe, "cudas": ["x"]], "no version of CUDA"),
            (["recipe": recipe, "virtual_packages": ["glibc"]], "no virtual package"), (["recipe": recipe, "as_of": "soon"], "no day"),
            (["recipe": recipe, "cudas": (1...30).map { "12.\($0)" }], "at most 24"), (["recipe": "@EXPLICIT\n"], "is a lock"),
            (["recipe": recipe, "platforms": "linux-64"], "“platforms” of the body"), ([:], "lacks “recipe”"),
            (["recipe": recipe, "platform": "linux-64"], "“platform” is nothing"),
        ] as [([String: Any], String)] {
            let answer = try await check(site, headers, body)
            #expect(answer.status == 400 && answer.body.contains(words), "\(answer.body)")
        }
        #expect(try await check(site, token(site, ["access:servers!user"]), ["recipe": recipe]).status == 403)
        #expect(site.launcher.now.calls.filter { $0 == "environment.solve" }.isEmpty)
    }

    @Test func whereNobodyCanTryThatIsNoFaultOfTheRecipe() async throws {
        let site = try await site()
        site.launcher.change { $0.outage = LauncherError(.unavailable, "The launcher is away.") }
        let headers = try await token(site)
        let place = try #require(try await check(site, headers, ["recipe": "dependencies: [python=3.11]\n"]).location)
        let last = try #require(try events(try await site.browser().send("GET", place, headers, "")).last)
        #expect(last["failed"] as? Bool == true && last["message"] as? String == "The launcher is away.")
    }

    @Test func oneAccountHasAFewChecksAtATime() async throws {
        let site = try await site()
        // They never end.
        site.launcher.change { $0.solve = nil }
        let headers = try await token(site)
        for _ in 1...4 {
            #expect(try await check(site, headers, ["recipe": "dependencies: [python=3.11]\n"]).status == 202)
        }
        let answer = try await check(site, headers, ["recipe": "dependencies: [python=3.11]\n"])
        #expect(answer.status == 429 && answer.header("retry-after") == "10")
        #expect(try await check(site, token(site, of: "bob"), ["recipe": "dependencies: [python=3.11]\n"]).status == 202)
    }

    @Test func aCheckEndsByItsOwnersWishOrWhenAllHaveHungUp() async throws {
        let site = try await site()
        // It never ends by itself.
        site.launcher.change { $0.solve = nil }
        let headers = try await token(site)
        let recipe = "dependencies: [python=3.11]\n"
        let begun = try await check(site, headers, ["recipe": recipe])
        let id = try #require(begun.json["id"] as? String)
        async let followed = site.browser().send("GET", "/hub/api/checks/\(id)/log", headers, "")
        #expect(try await site.browser().send("DELETE", "/hub/api/checks/\(id)", token(site, of: "bob"), "").status == 404)
        #expect(try await site.browser().send("DELETE", "/hub/api/checks/\(id)", headers, "").status == 204)
        let last = try #require(try events(try await followed).last)
        #expect(last["failed"] as? Bool == true && last["message"] as? String == "This check was given up.")

        let checks = CheckRuns(launcher: site.launcher, patience: .zero)
        let run = try checks.begin(RecipeCheck(CheckWish(), of: recipe), of: "environment.yml", for: "alice")
        let others = run.follow()
        let leaving = Task { for await _ in run.follow() {} }
        leaving.cancel()
        await leaving.value
        #expect(!run.isOver, "somebody follows it still")
        withExtendedLifetime(others) {}
        let patient = Task { for await _ in others {} }
        patient.cancel()
        await patient.value
        for await event in run.events.follow() {
            guard case .failed(let error) = event else { continue }
            #expect(error.message == "Whoever followed this check has hung up, so it was given up.")
        }
    }
}
