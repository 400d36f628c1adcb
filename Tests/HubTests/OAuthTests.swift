import Configuration
import Foundation
import LauncherProtocol
import TLS
import Testing

@testable import Hub

/// The code flow by which services find out who their visitors are.
@Suite(.timeLimit(.minutes(5))) struct OAuthTests {
    private func site() async throws -> Site {
        let read = try BerthConfiguration(
            yaml: """
                roles:
                  - {name: visitors, scopes: ["access:services!service=board", "access:services!service=plain"], users: [alice, ada]}
                services:
                  - {name: board, url: "http://127.0.0.1:9", token_sha256: "\(Digest(sha256: "board-token".utf8))", trusted: true}
                  - {name: plain, token_sha256: "\(Digest(sha256: "plain-token".utf8))", visitor_scopes: ["read:servers!user", "admin:users"]}
                  - {name: mute, url: "http://127.0.0.1:10"}
                """)
        return try await Site {
            $0.roles = read.roles
            $0.services = read.services
        }
    }

    private func query(_ fields: [String: String]) -> String {
        "/hub/api/oauth2/authorize?" + fields.map { "\($0)=\($1.percentEncodedWhole)" }.joined(separator: "&")
    }

    private func asks(_ service: String, _ more: [String: String] = [:]) -> [String: String] {
        ["client_id": "service-\(service)", "redirect_uri": "/services/\(service)/oauth_callback", "response_type": "code", "state": "s/1"]
            .merging(more) { $1 }
    }

    private func redeem(_ site: Site, _ fields: [String: String]) async throws -> Browser.Answer {
        let program = site.browser()
        program.fetchSite = nil
        return try await program.post(
            "/hub/api/oauth2/token",
            [
                "grant_type": "authorization_code", "client_id": "service-board", "client_secret": "board-token",
                "redirect_uri": "/services/board/oauth_callback",
            ].merging(fields) { $1 })
    }

    private func code(_ answer: Browser.Answer) throws -> String {
        let location = try #require(answer.location)
        return String(try #require(location.split(separator: "?").last).split(separator: "&")[0].dropFirst("code=".count))
    }

    @Test func aVisitorComesBackWithACodeForATokenThatSaysWhoTheyAre() async throws {
        let site = try await site()
        // Whoever is not logged in does so first, and comes back to the very question.
        let stranger = try await site.browser().get(query(asks("board")))
        #expect(stranger.status == 303 && stranger.location?.hasPrefix("/hub/login?next=%2Fhub%2Fapi%2Foauth2%2Fauthorize%3F") == true)
        let alice = try await site.browser(loggedInAs: "alice")
        let back = try await alice.get(query(asks("board")))
        #expect(back.status == 303 && back.location?.hasPrefix("/services/board/oauth_callback?code=") == true)
        #expect(back.location?.hasSuffix("&state=s%2F1") == true)
        let code = try code(back)
        let answer = try await redeem(site, ["code": code])
        #expect(answer.status == 200 && answer.json["token_type"] as? String == "Bearer")
        let token = try #require(answer.json["access_token"] as? String)
        let headers = ["Authorization": "token \(token)"]
        let me = try await site.browser().send("GET", "/hub/api/user", headers, "").json
        #expect(me["name"] as? String == "alice" && me["groups"] is [String] && me["servers"] == nil)
        #expect((me["scopes"] as? [String])?.contains("access:services!service=board") == true)
        #expect(try await site.browser().send("POST", "/hub/api/users/alice/tokens", headers, "").status == 403)
        #expect(try await site.browser().send("POST", "/hub/api/users/alice/server", headers, "").status == 403)
        // A code is good once, and the token as long as the log-in.
        #expect(try await redeem(site, ["code": code]).json["error"] as? String == "invalid_grant")
        try await site.accounts.endSessions(of: "alice")
        #expect(try await site.browser().send("GET", "/hub/api/user", headers, "").status == 403)
    }

    @Test func whatDoesNotFitIsRefused() async throws {
        let site = try await site()
        let alice = try await site.browser(loggedInAs: "alice"), bob = try await site.browser(loggedInAs: "bob")
        for (fields, status) in [
            (asks("nobody"), 400), (asks("mute"), 400),
            (asks("board", ["redirect_uri": "https://evil.example/services/board/oauth_callback"]), 400),
            (asks("board", ["redirect_uri": "/services/plain/oauth_callback"]), 400), (asks("board", ["response_type": "token"]), 400),
            (asks("board", ["redirect_uri": "/services/board/../../x"]), 400), (asks("board", ["code_challenge_method": "plain"]), 400),
            (asks("board", ["redirect_uri": Site.origin + "/services/board/oauth_callback"]), 303),
        ] {
            #expect(try await alice.get(query(fields)).status == status, "\(fields)")
        }
        #expect(try await bob.get(query(asks("board"))).status == 403)
        for (fields, error) in [
            (["client_secret": "plain-token"], "invalid_client"), (["client_secret": ""], "invalid_client"),
            (["redirect_uri": "/services/plain/oauth_callback"], "invalid_client"), (["grant_type": "password"], "unsupported_grant_type"),
            (
                ["client_id": "service-plain", "redirect_uri": "/services/plain/oauth_callback", "client_secret": "plain-token"],
                "invalid_grant"
            ),
        ] {
            let code = try code(try await alice.get(query(asks("board"))))
            let answer = try await redeem(site, fields.merging(["code": code]) { $1 })
            #expect(answer.json["error"] as? String == error, "\(fields) \(answer.body)")
        }
        #expect(try await redeem(site, [:]).json["error"] as? String == "invalid_request")
    }

    @Test func proofKeysAreChecked() async throws {
        let site = try await site()
        let alice = try await site.browser(loggedInAs: "alice")
        // RFC 7636, appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
        let challenge = ["code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method": "S256"]
        func status(_ asked: [String: String], _ fields: [String: String]) async throws -> Int {
            try await redeem(site, fields.merging(["code": try code(try await alice.get(query(asks("board", asked))))]) { $1 }).status
        }
        #expect(try await status(challenge, ["code_verifier": verifier]) == 200)
        #expect(try await status(challenge, ["code_verifier": verifier + "x"]) == 400)
        #expect(try await status(challenge, [:]) == 400)
        #expect(try await status([:], ["code_verifier": verifier]) == 400)
    }

    @Test func whoIsNotTrustedAsksAndGetsNoMoreThanTheVisitorHas() async throws {
        let site = try await site()
        let alice = try await site.browser(loggedInAs: "alice")
        let page = try await alice.get(query(asks("plain")))
        #expect(page.status == 200 && page.body.contains("Let “plain” know who you are?") && page.body.contains("read:servers!user"))
        #expect(!page.body.contains("admin:users"))
        let fields = asks("plain").merging(["_csrf": alice.csrf]) { $1 }
        #expect(try await alice.post("/hub/api/oauth2/authorize", asks("plain")).status == 403)
        let back = try await alice.post("/hub/api/oauth2/authorize", fields)
        #expect(back.status == 303 && back.location?.hasPrefix("/services/plain/oauth_callback?code=") == true)
        let plain = ["client_id": "service-plain", "client_secret": "plain-token", "redirect_uri": "/services/plain/oauth_callback"]
        let answer = try await redeem(site, plain.merging(["code": try code(back)]) { $1 })
        #expect((answer.json["scope"] as? String)?.hasSuffix("access:services!service=plain read:servers!user") == true)
        // Once in a log-in is enough.
        #expect(try await alice.get(query(asks("plain"))).status == 303)
        // A script of a notebook can't press the button: it is not even shown the page.
        let script = try await alice.get(query(asks("plain")), ["Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"])
        #expect(script.status == 403)
    }

    @Test func aServerWithJupyterHubsPackageIsAClientOfItsOwner() async throws {
        let site = try await site()
        let alice = try await site.browser(loggedInAs: "alice"), bob = try await site.browser(loggedInAs: "bob")
        let asks = ["client_id": "jupyterhub-user-alice", "redirect_uri": "/user/alice/oauth_callback", "response_type": "code"]
        #expect(try await bob.get(query(asks)).status == 403)
        let back = try await alice.get(query(asks))
        #expect(back.location?.hasPrefix("/user/alice/oauth_callback?code=") == true)
        let own = try await site.accounts.makeToken(account: "alice", note: "", scopes: ["access:servers!user"], lifetime: nil).secret
        let other = try await site.accounts.makeToken(account: "bob", note: "", scopes: ["self"], lifetime: nil).secret
        let client = ["client_id": "jupyterhub-user-alice", "redirect_uri": "/user/alice/oauth_callback"]
        let code = try code(back)
        #expect(try await redeem(site, client.merging(["client_secret": other, "code": code]) { $1 }).status == 401)
        let answer = try await redeem(site, client.merging(["client_secret": own, "code": code]) { $1 })
        #expect((answer.json["scope"] as? String)?.hasSuffix("access:servers!server=alice/") == true)
        // Its own token, which is for nothing else, and only as long as it runs.
        let headers = ["Authorization": "token from-the-launcher"]
        func me() async throws -> Browser.Answer { try await site.browser().send("GET", "/hub/api/user", headers, "") }
        #expect(try await me().status == 403)
        let jupyter = try JupyterStandIn(apiToken: "from-the-launcher")
        site.launcher.change { $0.start = .success(jupyter.record) }
        site.servers.start(jupyter.record.id, profile: nil, environment: nil)
        for await event in site.servers.events(of: jupyter.record.id) { if case .ready = event { break } }
        #expect(try await me().json["name"] as? String == "alice")
        let scopes = try await me().json["scopes"] as? [String] ?? []
        #expect(scopes.contains("access:servers!server=alice/") && !scopes.contains { $0.hasPrefix("servers") || $0.hasPrefix("tokens") })
        let fresh = try self.code(try await alice.get(query(asks)))
        #expect(try await redeem(site, client.merging(["client_secret": "from-the-launcher", "code": fresh]) { $1 }).status == 200)
        for (method, path, status) in [("POST", "activity", 400), ("POST", "tokens", 403), ("POST", "server", 403), ("GET", "tokens", 403)]
        {
            #expect(try await site.browser().send(method, "/hub/api/users/alice/\(path)", headers, "{}").status == status, "\(path)")
        }
        #expect(try await site.browser().send("POST", "/hub/api/users/bob/activity", headers, "{}").status == 404)
        try await site.servers.stop(jupyter.record.id)
        #expect(try await me().status == 403)
        #expect(OAuthClient(server: ServerID(owner: "alice", name: "two")).id == "jupyterhub-user-alice-two")
    }
}
