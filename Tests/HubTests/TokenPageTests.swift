import Testing

@testable import Hub

/// What a token made on the page is good for.
@Suite(.timeLimit(.minutes(5))) struct TokenPageTests {
    @Test func scopesAreTickedWrittenAndShown() async throws {
        let site = try await Site()
        let browser = try await site.browser(loggedInAs: "alice")
        let page = try await browser.get("/hub/token")
        #expect(page.body.contains("scope-access") && !page.body.contains("scope-people") && !page.body.contains("scope-cull"))
        func make(_ fields: [String: String]) async throws -> Browser.Answer {
            try await browser.post("/hub/token", ["_csrf": browser.csrf, "lifetime": "week"].merging(fields) { $1 })
        }
        #expect(try await make(["reach": "some"]).status == 400)
        #expect(try await make(["reach": "some", "scopes": "no:such"]).status == 400)
        #expect(try await make(["reach": "some", "scopes": "admin:users"]).status == 403)
        // What is not offered can't be ticked either.
        #expect(try await make(["reach": "some", "scope-people": "1"]).status == 400)
        let made = try await make(["reach": "some", "scope-access": "1", "scopes": "read:users!user, read:servers!server=alice/"])
        #expect(made.status == 200 && made.body.contains("access:servers!user read:users!user read:servers!server=alice/"))
        let token = try #require(site.accounts.tokens(of: "alice").first)
        #expect(token.scopes == ["access:servers!user", "read:users!user", "read:servers!server=alice/"])
        #expect(token.expires == token.created + 7 * 86_400)
        _ = try await make([:])
        #expect(site.accounts.tokens(of: "alice").contains { $0.scopes == ["self"] })
        #expect(try await browser.get("/hub/token").body.contains("all that I may do with what is mine"))
    }

    @Test func soManyAreMadeAndThenItIsTold() async throws {
        let site = try await Site { $0.hub.tokensPerAccount = 2 }
        let browser = try await site.browser(loggedInAs: "alice")
        func make() async throws -> Browser.Answer {
            try await browser.send("POST", "/hub/api/users/alice/tokens", ["X-CSRF-Token": browser.csrf], "{}")
        }
        #expect(try await make().status == 201)
        #expect(try await browser.post("/hub/token", ["_csrf": browser.csrf, "lifetime": "week"]).status == 200)
        let answer = try await make()
        #expect(answer.status == 403 && (answer.json["message"] as? String)?.contains("2 API tokens") == true)
        let page = try await browser.post("/hub/token", ["_csrf": browser.csrf, "lifetime": "week"])
        #expect(page.status == 403 && page.body.contains("Revoke one"))
        #expect(site.accounts.tokens(of: "alice").count == 2)
    }

    @Test func administratorsAreOfferedMore() async throws {
        let site = try await Site()
        let browser = try await site.browser(loggedInAs: "ada")
        try await site.accounts.noteLogin(name: "ada", uid: 1001, fullName: "", admin: true)
        #expect(try await browser.get("/hub/token").body.contains("scope-people"))
        _ = try await browser.post(
            "/hub/token", ["_csrf": browser.csrf, "lifetime": "never", "reach": "some", "scope-cull": "1", "scope-metrics": "1"])
        let token = try #require(site.accounts.tokens(of: "ada").first)
        #expect(token.scopes == ["read:metrics", "delete:servers"] && token.expires == nil)
    }
}
