import Accounts
import Foundation
import LauncherProtocol
import Testing

@testable import Hub

/// What a server starts with where nobody chose, and what is offered where an administrator has chosen.
@Suite(.timeLimit(.minutes(5))) struct ServerChoiceTests {
    private static let machines = ["cpu", "gpu"].map {
        ProfileSummary(name: $0, title: $0, description: "", image: "berth/trial:1", cpus: nil, memory: nil, gpus: nil)
    }

    /// Starts alice's server as VS Code does, without a body, and gives what the launcher was asked for.
    private func start(_ site: Site, _ browser: Browser) async throws -> StartServer? {
        site.launcher.change { $0.start = .failure(LauncherError(.refused, "Not now.")) }
        _ = try await browser.send("POST", "/hub/api/users/alice/server", ["X-CSRF-Token": browser.csrf], "")
        return site.launcher.now.started.last
    }

    @Test func aStartThatNobodyChoseForTakesWhatIsPreferredAndTheFirstProfile() async throws {
        let site = try await Site()
        let browser = try await site.browser(loggedInAs: "alice")
        site.launcher.change { state in
            state.profiles = Self.machines
            state.environments = ["a", "ada/team"].map(Site.environment)
        }
        var asked = try #require(try await start(site, browser))
        #expect(asked.profile == "cpu" && asked.environment == nil)
        site.launcher.change { $0.preferred = "ada/team" }
        asked = try #require(try await start(site, browser))
        #expect(asked.profile == "cpu" && asked.environment == "ada/team")
        #expect(try await site.accounts.choices(of: "alice") == [:])
        try await site.accounts.remember(ServerChoice(profile: "gpu", environment: nil), of: "alice")
        asked = try #require(try await start(site, browser))
        #expect(asked.profile == "gpu" && asked.environment == nil)
        site.launcher.change { $0.isDemanded = true }
        asked = try #require(try await start(site, browser))
        #expect(asked.environment == "ada/team")
    }

    @Test func whatIsDemandedIsTheOnlyChoiceOnThePage() async throws {
        let site = try await Site()
        let browser = try await site.browser(loggedInAs: "alice")
        site.launcher.change { $0.environments = [Site.environment("ada/team")] }
        let none = "name=\"environment\" value=\"\""
        #expect(try await browser.get("/hub/spawn?choose").body.contains(none))
        try await site.accounts.remember(ServerChoice(profile: "cpu", environment: nil), of: "alice")
        site.launcher.change { $0.isDemanded = true }
        let page = try await browser.get("/hub/spawn?choose").body
        #expect(!page.contains(none) && page.contains("value=\"ada/team\" checked"))
        site.launcher.change { $0.environments = [] }
        #expect(try await browser.get("/hub/spawn?choose").body.contains("is not to be had at the moment"))
    }
}
