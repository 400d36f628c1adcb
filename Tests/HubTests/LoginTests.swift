import Configuration
import Foundation
import LauncherProtocol
import Testing
@testable import Hub

@Suite(.timeLimit(.minutes(5))) struct LoginTests {
    /// Opens the log-in and sends the first form.
    private func logIn(_ browser: Browser, _ name: String, _ password: String, next: String? = nil) async throws -> Browser.Answer {
        let page = try await browser.get("/hub/login" + (next.map { "?next=" + $0.percentEncodedWhole } ?? ""))
        #expect(page.status == 200)
        var fields = ["_csrf": page.field("_csrf") ?? "", "username": name, "password": password]
        if let next = page.field("next") { fields["next"] = next.replacing("&amp;", with: "&") }
        return try await browser.post("/hub/login", fields)
    }

    @Test func aPasswordOpensASessionWithASafeCookie() async throws {
        let site = try await Site()
        let browser = site.browser()
        let answer = try await logIn(browser, "alice", "right")
        #expect(answer.status == 303)
        let cookie = try #require(answer.setCookies.first { $0.hasPrefix("__Host-berth-session=") })
        for attribute in ["; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"] { #expect(cookie.contains(attribute)) }
        #expect(!cookie.contains("Domain"))
        #expect(answer.setCookies.contains { $0.hasPrefix("__Host-berth-pre=;") && $0.contains("Max-Age=0") })
        #expect(site.launcher.now.answers == [["right"]])
        #expect(site.accounts.sessions(of: "alice").first?.address == "192.0.2.7")
        #expect(try await site.accounts.user(named: "alice")?.fullName == "Alice Person")
    }

    @Test func whereThereIsNothingToChooseTheServerStartsOnTheWay() async throws {
        let site = try await Site()
        site.launcher.change { $0.environments = [Site.environment("work")] }
        let answer = try await logIn(site.browser(), "alice", "right")
        #expect(answer.location == "/user/alice/lab")
        #expect(site.servers.status(of: ServerID(owner: "alice")).isStarting)
        #expect(site.servers.status(of: ServerID(owner: "alice")).environment == "work")
    }

    @Test func whereThereIsAChoiceItIsMadeAtHome() async throws {
        let site = try await Site()
        site.launcher.change { $0.environments = [Site.environment("a"), Site.environment("b")] }
        #expect(try await logIn(site.browser(), "alice", "right").location == "/hub/home")
        #expect(site.servers.status(of: ServerID(owner: "alice")).state == .stopped)
    }

    @Test func nextIsFollowedByteForByteAndNeverAway() async throws {
        let site = try await Site()
        let link = "/hub/user-redirect/git-pull?repo=https%3A%2F%2Fx%2Fy&urlpath=lab%2Ftree%2Fa%3Fb"
        #expect(try await logIn(site.browser(), "alice", "right", next: link).location == link)
        let browser = site.browser()
        let page = try await browser.get("/hub/login")
        let answer = try await browser.post(
            "/hub/login", ["_csrf": page.field("_csrf") ?? "", "username": "alice", "password": "right", "next": "//evil.example"])
        #expect(answer.location == "/user/alice/lab")
    }

    @Test func everyRefusalHasTheSameWords() async throws {
        let site = try await Site()
        var bodies: Set<String> = []
        for (name, password) in [
            ("alice", "wrong"), ("root", "x"), ("nobody", ""), ("", "x"), ("a\u{7}b", "x"), (String(repeating: "n", count: 500), "x"),
        ] {
            let answer = try await logIn(site.browser(), name, password)
            #expect(answer.status == 403)
            let start = try #require(answer.body.range(of: "role=\"alert\">"))
            bodies.insert(String(answer.body[start.upperBound...].prefix { $0 != "<" }))
        }
        #expect(bodies.count == 1)
    }

    @Test func aCodeIsAskedForInAStepOfItsOwn() async throws {
        let site = try await Site()
        let browser = site.browser()
        let step = try await logIn(browser, "otto", "right", next: "/hub/token")
        #expect(step.status == 200)
        #expect(step.body.contains("A code was sent."))
        #expect(step.body.contains("<label for=\"answer0\">One-time password</label>"))
        #expect(step.body.contains("autocomplete=\"one-time-code\""))
        let done = try await browser.post(
            "/hub/login", ["_csrf": step.field("_csrf") ?? "", "login": step.field("login") ?? "", "answer0": "123456"])
        #expect(done.location == "/hub/token")
        #expect(site.launcher.now.answers == [["right"], ["123456"]])
    }

    @Test func anExpiredPasswordIsChangedAndWhatPAMSaidIsShownOnce() async throws {
        let site = try await Site()
        let browser = site.browser()
        let step = try await logIn(browser, "erna", "right", next: "/hub/home")
        #expect(step.body.contains("role=\"alert\">Your password has expired."))
        #expect(step.body.contains("autocomplete=\"new-password\""))
        let done = try await browser.post(
            "/hub/login", ["_csrf": step.field("_csrf") ?? "", "login": step.field("login") ?? "", "answer1": "new-1", "answer0": "new-1"])
        #expect(done.location == "/hub/home")
        #expect(try await browser.get("/hub/home").body.contains("role=\"status\">Changed."))
        #expect(try await !browser.get("/hub/home").body.contains("Changed."))
    }

    @Test func thePasswordWaitsForTheFirstHiddenPrompt() async throws {
        let site = try await Site()
        let browser = site.browser()
        let step = try await logIn(browser, "codefirst", "right")
        #expect(step.body.contains("<label for=\"answer0\">Code</label>") && step.body.contains("type=\"text\" autocomplete"))
        let done = try await browser.post(
            "/hub/login", ["_csrf": step.field("_csrf") ?? "", "login": step.field("login") ?? "", "answer0": "77"])
        #expect(done.status == 303)
        #expect(site.launcher.now.answers == [["77"], ["right"]])
    }

    @Test func aConversationBelongsToOneBrowser() async throws {
        let site = try await Site()
        let step = try await logIn(site.browser(), "otto", "right")
        let thief = site.browser()
        let page = try await thief.get("/hub/login")
        let answer = try await thief.post(
            "/hub/login", ["_csrf": page.field("_csrf") ?? "", "login": step.field("login") ?? "", "answer0": "123456"])
        #expect(answer.status == 410)
        #expect(site.launcher.now.answers == [["right"]])
    }

    @Test func cancellingFreesTheConversation() async throws {
        let site = try await Site()
        let browser = site.browser()
        let step = try await logIn(browser, "otto", "right")
        let answer = try await browser.post("/hub/login/cancel", ["_csrf": step.field("_csrf") ?? "", "login": step.field("login") ?? ""])
        #expect(answer.location == "/hub/login")
        #expect(site.launcher.now.calls.last == "login.cancel")
    }

    @Test func anOldConversationSaysSo() async throws {
        let site = try await Site()
        let browser = site.browser()
        let step = try await logIn(browser, "otto", "right")
        site.launcher.change { $0.outage = LauncherError(.notFound, "gone") }
        let answer = try await browser.post(
            "/hub/login", ["_csrf": step.field("_csrf") ?? "", "login": step.field("login") ?? "", "answer0": "123456"])
        #expect(answer.status == 410 && answer.body.contains("took too long"))
    }

    @Test func tooManyAttemptsSayHowLong() async throws {
        let site = try await Site()
        let answer = try await logIn(site.browser(), "many", "x")
        #expect(answer.status == 429 && answer.header("Retry-After") == "42" && answer.body.contains("42 seconds"))
    }

    @Test func aLauncherThatIsDownIsNoWrongPassword() async throws {
        let site = try await Site()
        site.launcher.change { $0.outage = LauncherError(.unavailable, "down") }
        let answer = try await logIn(site.browser(), "alice", "right")
        #expect(answer.status == 503 && answer.body.contains("does not answer"))
    }

    @Test func aForgedFormNeverReachesPAM() async throws {
        let site = try await Site()
        let browser = site.browser()
        let page = try await browser.get("/hub/login")
        let fields = ["_csrf": page.field("_csrf") ?? "", "username": "alice", "password": "right"]
        #expect(try await browser.post("/hub/login", fields.merging(["_csrf": "x"]) { $1 }).status == 403)
        #expect(try await browser.post("/hub/login", fields, ["Sec-Fetch-Site": "cross-site"]).status == 403)
        #expect(try await site.browser().post("/hub/login", fields).status == 403)
        browser.fetchSite = nil
        #expect(try await browser.post("/hub/login", fields, ["Origin": "https://evil.example"]).status == 403)
        #expect(site.launcher.now.calls.isEmpty)
        #expect(try await browser.post("/hub/login", fields, ["Origin": Site.origin]).status == 303)
    }

    @Test func loggingInAgainEndsTheOldSession() async throws {
        let site = try await Site()
        let browser = try await site.browser(loggedInAs: "alice")
        let old = browser.cookies["__Host-berth-session"] ?? ""
        let other = site.browser()
        let page = try await other.get("/hub/login")
        other.setCookie("__Host-berth-session", old)
        #expect(
            try await other.post("/hub/login", ["_csrf": page.field("_csrf") ?? "", "username": "alice", "password": "right"]).status == 303
        )
        #expect(site.accounts.session(secret: old) == nil)
        #expect(site.accounts.sessions(of: "alice").count == 1)
    }

    @Test func whatIsTypedIsEscaped() async throws {
        let site = try await Site()
        let answer = try await logIn(site.browser(), "\"><script>x</script>", "wrong")
        #expect(answer.body.contains("value=\"&quot;&gt;&lt;script&gt;x&lt;/script&gt;\""))
    }
}

@Suite(.timeLimit(.minutes(5))) struct LogoutTests {
    @Test func theMenusLinkLogsOutAndClosesThePAMSession() async throws {
        let site = try await Site()
        let browser = try await site.browser(loggedInAs: "alice")
        let secret = browser.cookies["__Host-berth-session"] ?? ""
        let answer = try await browser.get("/hub/logout")
        #expect(answer.location == "/hub/login" && browser.cookies["__Host-berth-session"] == nil)
        #expect(site.accounts.session(secret: secret) == nil)
        for await closed in site.launcher.closings {
            #expect(closed == "pam-alice")
            break
        }
    }

    @Test func aLinkFromElsewhereOnlyAsks() async throws {
        let site = try await Site()
        let browser = try await site.browser(loggedInAs: "alice")
        browser.fetchSite = "cross-site"
        let answer = try await browser.get("/hub/logout")
        #expect(answer.status == 200 && answer.body.contains("action=\"/hub/logout\""))
        #expect(try await browser.post("/hub/logout", ["_csrf": browser.csrf]).status == 403)
        #expect(site.accounts.sessions(of: "alice").count == 1)
        browser.fetchSite = "same-origin"
        #expect(try await browser.post("/hub/logout", ["_csrf": "x"]).status == 403)
        #expect(try await browser.post("/hub/logout", ["_csrf": browser.csrf]).location == "/hub/login")
        #expect(site.accounts.sessions(of: "alice").isEmpty)
    }

    @Test func oneSessionOrAllEnd() async throws {
        let site = try await Site()
        let browser = try await site.browser(loggedInAs: "alice")
        let second = try await site.accounts.openSession(account: "alice", address: "", userAgent: "", login: nil).session
        let bobs = try await site.accounts.openSession(account: "bob", address: "", userAgent: "", login: nil).session
        #expect(try await browser.post("/hub/sessions/end", ["_csrf": browser.csrf, "session": bobs.id]).status == 404)
        #expect(try await browser.post("/hub/sessions/end", ["_csrf": browser.csrf, "session": second.id]).status == 303)
        #expect(site.accounts.sessions(of: "alice").count == 1)
        #expect(try await browser.post("/hub/sessions/end", ["_csrf": browser.csrf]).location == "/hub/login")
        #expect(site.accounts.sessions(of: "alice").isEmpty && !site.accounts.sessions(of: "bob").isEmpty)
    }
}
