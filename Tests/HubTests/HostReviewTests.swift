import LauncherProtocol
import Testing

@testable import Hub

/// What the host says about people after they have logged in.
@Suite(.timeLimit(.minutes(5))) struct HostReviewTests {
    private func home(_ browser: Browser) async throws -> Int { try await browser.send("GET", "/hub/home", [:], "").status }

    @Test func whoIsGoneOrLockedGetsInNowhereUntilTheyAreBack() async throws {
        let site = try await Site()
        let alice = try await site.browser(loggedInAs: "alice"), bob = try await site.browser(loggedInAs: "bob")
        let made = try await site.accounts.makeToken(account: "alice", note: "", scopes: ["inherit"], lifetime: nil)
        let token = ["Authorization": "token \(made.secret)"]
        func asked() async throws -> Int { try await site.browser().send("GET", "/hub/api/user", token, "").status }
        #expect(try await home(alice) == 200)
        #expect(try await asked() == 200)

        site.launcher.change { $0.gone = ["alice"] }
        await site.review()
        #expect(try await home(alice) == 303)
        #expect(try await asked() == 403)
        #expect(try await home(bob) == 200)
        #expect(site.accounts.snapshot.tokens.isEmpty && site.accounts.snapshot.sessions.map(\.account) == ["bob"], "the proxy knows")

        // A launcher that can't say changes nothing.
        site.launcher.change { $0.outage = LauncherError(.unavailable, "The name service does not answer.") }
        await site.review()
        #expect(site.accounts.absent == ["alice"])
        site.launcher.change {
            $0.outage = nil
            $0.gone = []
        }
        await site.review()
        #expect(try await home(alice) == 200)
        #expect(try await asked() == 200)
    }

    @Test func whoLeavesTheAdministratorsGroupIsNoneAnyMore() async throws {
        let site = try await Site { $0.login.adminGroups = ["wheel"] }
        let ada = try await site.browser(loggedInAs: "ada")
        func people() async throws -> Int { try await ada.send("GET", "/hub/admin/users", [:], "").status }
        #expect(try await people() == 403)
        site.launcher.change { $0.groups = ["ada": ["wheel"]] }
        await site.review()
        #expect(try await people() == 200)
        site.launcher.change { $0.groups = [:] }
        await site.review()
        #expect(try await people() == 403)
    }
}
