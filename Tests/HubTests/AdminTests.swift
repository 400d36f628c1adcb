import Audit
import Configuration
import Foundation
import LauncherProtocol
import Logging
import Testing

@testable import Hub

/// The pages of administrators.
@Suite(.timeLimit(.minutes(5))) struct AdminTests {
    private func browser(_ site: Site, _ account: String = "ada", admin: Bool = true) async throws -> Browser {
        let browser = try await site.browser(loggedInAs: account)
        try await site.accounts.noteLogin(name: account, uid: 1001, fullName: "Ada", admin: admin)
        return browser
    }

    @Test func theyAreForAdministratorsAlone() async throws {
        let site = try await Site()
        let alice = try await browser(site, "alice", admin: false)
        for path in ["", "/users", "/groups", "/servers", "/limits", "/images", "/audit", "/audit.csv", "/notices"] {
            #expect(try await alice.get("/hub/admin\(path)").status == 403, "\(path)")
            #expect(try await site.browser().get("/hub/admin\(path)").location?.hasPrefix("/hub/login") == true, "\(path)")
        }
        for path in [
            "/users", "/users/alice/admin", "/users/alice/remove", "/groups", "/groups/g/add", "/groups/g/remove", "/servers/stop",
            "/notices",
            "/notices/withdraw",
        ] {
            #expect(try await alice.post("/hub/admin\(path)", ["_csrf": alice.csrf, "admin": "1"]).status == 403, "\(path)")
        }
        #expect(try await alice.get("/hub/home").body.contains("/hub/admin") == false)
        #expect(try await browser(site).get("/hub/home").body.contains("href=\"/hub/admin\""))
    }

    @Test func peopleAreFoundPagedAndChanged() async throws {
        let site = try await Site()
        let ada = try await browser(site)
        for index in 0..<120 { _ = try await site.accounts.addUser(name: "p\(index)", uid: 2000, fullName: "", admin: false) }
        let first = try await ada.get("/hub/admin/users")
        #expect(first.body.contains("121 found") && first.body.contains("rel=\"next\"") && !first.body.contains("rel=\"prev\""))
        let last = try await ada.get("/hub/admin/users?offset=100")
        #expect(last.body.contains("rel=\"prev\"") && !last.body.contains("rel=\"next\""))
        #expect(try await ada.get("/hub/admin/users?q=p11").body.contains("11 found"))
        #expect(try await ada.post("/hub/admin/users/p1/admin", ["_csrf": ada.csrf, "admin": "1"]).status == 303)
        #expect(try await site.accounts.user(named: "p1")?.admin == true)
        #expect(try await ada.post("/hub/admin/users/p1/remove", ["_csrf": ada.csrf]).status == 303)
        #expect(try await site.accounts.user(named: "p1") == nil)
        #expect(try await ada.post("/hub/admin/users/ada/remove", ["_csrf": ada.csrf]).status == 400)
        #expect(try await ada.post("/hub/admin/users", ["_csrf": ada.csrf, "name": "carol"]).status == 303)
        #expect(try await site.accounts.user(named: "carol") != nil)
        #expect(try await ada.post("/hub/admin/users", ["name": "dave"]).status == 403)
    }

    @Test func groupsAreMadeFilledAndRemoved() async throws {
        let site = try await Site()
        let ada = try await browser(site)
        func post(_ path: String, _ fields: [String: String]) async throws -> Int {
            try await ada.post("/hub/admin/groups\(path)", ["_csrf": ada.csrf].merging(fields) { $1 }).status
        }
        #expect(try await post("", ["name": "bio lab"]) == 303)
        #expect(try await post("", ["name": "bio lab"]) == 409)
        #expect(try await post("", ["name": "a/b"]) == 400)
        #expect(try await post("/bio%20lab/add", ["account": "ada"]) == 303)
        #expect(try await post("/bio%20lab/add", ["account": "nobody-here"]) == 400)
        #expect(try await site.accounts.groups(of: "ada") == ["bio lab"])
        #expect(try await ada.get("/hub/admin/groups?q=BIO").body.contains("Members: 1"))
        #expect(try await ada.get("/hub/admin/groups?q=ada").body.contains("bio lab"))
        #expect(try await ada.get("/hub/admin/groups?q=chem").body.contains("0 found"))
        #expect(try await post("/bio%20lab/leave", ["account": "ada"]) == 303)
        #expect(try await site.accounts.groups(of: "ada").isEmpty)
        #expect(try await post("/bio%20lab/remove", [:]) == 303)
        #expect(try await post("/bio%20lab/remove", [:]) == 404)
    }

    @Test func limitsAreShownAsTheyHold() async throws {
        var students = LimitConfiguration()
        students.name = "students"
        students.groups = ["class"]
        students.each.servers = 2
        students.together.memory = 64 << 30
        let site = try await Site { $0.limits = [students] }
        let body = try await browser(site).get("/hub/admin/limits").body
        for words in ["students", "group class", "Each person: 2 servers", "All together: \(Format.bytes(64 << 30)) of memory"] {
            #expect(body.contains(words), "\(words)")
        }
        #expect(!body.contains("One server"))
        let made = try await site.accounts.makeToken(account: "ada", note: "", scopes: ["admin-ui"], lifetime: nil)
        let api = try await site.browser().send("GET", "/hub/api/limits", ["Authorization": "token \(made.secret)"], "")
        #expect(api.body.contains("\"each\":{\"cpus\":null,\"gpus\":null,\"memory\":null,\"servers\":2}"))
        let free = try await Site()
        #expect(try await browser(free).get("/hub/admin/limits").body.contains("sets no limits"))
    }

    /// Five thousand people are a page of fifty, and found by name, quickly.
    @Test func fiveThousandPeopleAreAPageOfFifty() async throws {
        let site = try await Site()
        let ada = try await browser(site)
        for index in 0..<5000 { _ = try await site.accounts.addUser(name: "p\(index)", uid: 2000, fullName: "", admin: false) }
        let clock = ContinuousClock()
        let took = try await clock.measure {
            let first = try await ada.get("/hub/admin/users").body
            #expect(first.contains("5001 found") && first.split(separator: "<li class=\"row\">").count == 51)
            #expect(try await ada.get("/hub/admin/users?q=p4999").body.contains("1 found"))
        }
        #expect(took < .seconds(20))
    }

    @Test func anybodysServerIsStopped() async throws {
        let site = try await Site()
        let jupyter = try JupyterStandIn()
        site.launcher.change { $0.start = .success(jupyter.record) }
        let alice = try await site.browser(loggedInAs: "alice")
        #expect(try await alice.send("POST", "/hub/api/users/alice/server", ["X-CSRF-Token": alice.csrf], "").status == 201)
        let ada = try await browser(site)
        #expect(try await ada.get("/hub/admin/servers").body.contains("<strong>alice</strong>"))
        #expect(try await ada.post("/hub/admin/servers/stop", ["_csrf": ada.csrf, "owner": "alice", "server": ""]).status == 303)
        #expect(site.servers.status(of: ServerID(owner: "alice")).state == .stopped)
    }

    @Test func noticesAreOnEveryPageUntilTakenBack() async throws {
        let site = try await Site()
        let ada = try await browser(site), alice = try await site.browser(loggedInAs: "alice")
        #expect(try await ada.post("/hub/admin/notices", ["_csrf": ada.csrf, "text": "Reboot <tonight>", "hours": "24"]).status == 303)
        #expect(try await alice.get("/hub/home").body.contains("Reboot &lt;tonight&gt;"))
        #expect(try await ada.post("/hub/admin/notices", ["_csrf": ada.csrf, "text": "  "]).status == 400)
        let until = ["_csrf": ada.csrf, "text": "Hot", "level": "danger", "until": "2000-01-01T10:00"]
        #expect(try await ada.post("/hub/admin/notices", until).status == 400)
        #expect(try await ada.post("/hub/admin/notices", until.merging(["until": "soon"]) { $1 }).status == 400)
        #expect(try await ada.post("/hub/admin/notices", until.merging(["until": "2999-01-01T10:00"]) { $1 }).status == 303)
        let body = try await alice.get("/hub/home").body
        #expect(body.contains("<p class=\"note announcement danger\" role=\"note\"><strong>Danger:</strong> Hot</p>"))
        #expect(try await ada.get("/hub/admin/notices").body.contains("2999-01-01T10:00:00Z"))
        #expect(try await site.accounts.withdrawAnnouncement(#require(site.accounts.announcements.first?.id)))
        let id = try #require(site.accounts.announcements.first?.id)
        #expect(try await ada.post("/hub/admin/notices/withdraw", ["_csrf": ada.csrf, "id": "\(id)"]).status == 303)
        #expect(try await !alice.get("/hub/home").body.contains("Reboot"))
    }

    @Test func theAuditLogIsSearchedAndTakenAway() async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("a\(UInt32.random(in: 0 ... .max)).log").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let log = try AuditLog(path: path, logger: Logger(label: "test"))
        for index in 0..<300 { log.record(AuditEvent(.serverStart, who: index % 3 == 0 ? "alice" : "bob", on: "s\(index)")) }
        log.record(AuditEvent(.login, who: "=cmd()", result: .refused, note: "a \"quoted\" word"))
        await log.settled()
        func search(_ change: (inout AuditSearch) -> Void) async throws -> (events: [AuditEvent], hasMore: Bool) {
            var search = AuditSearch()
            change(&search)
            return try await search.run(path: path)
        }
        let newest = try await search { $0.limit = 2 }
        #expect(newest.events.map(\.on) == ["", "s299"] && newest.hasMore)
        let alices = try await search {
            $0.text = "ALICE"; $0.offset = 99
        }
        #expect(alices.events.map(\.on) == ["s0"] && !alices.hasMore)
        let logins = try await search { $0.kind = .login }
        #expect(logins.events.count == 1)
        let csv = AuditSearch.csv(logins.events)
        #expect(csv.contains("\"'=cmd()\"") && csv.contains("\"a \"\"quoted\"\" word\"") && csv.hasSuffix("\r\n"))
    }
}
