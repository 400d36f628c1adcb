import Foundation
import LauncherProtocol
import Testing

@testable import Hub

/// Users and groups by JupyterHub's API.
@Suite(.timeLimit(.minutes(5))) struct PeopleTests {
    private func token(_ site: Site, _ account: String, admin: Bool, _ scopes: [String] = ["inherit"]) async throws -> [String: String] {
        try await site.accounts.noteLogin(name: account, uid: 1001, fullName: "", admin: admin)
        let made = try await site.accounts.makeToken(account: account, note: "", scopes: scopes, lifetime: nil)
        return ["Authorization": "token \(made.secret)"]
    }

    private func list(_ answer: Browser.Answer) -> [[String: Any]] {
        (try? JSONSerialization.jsonObject(with: Data(answer.body.utf8))) as? [[String: Any]] ?? []
    }

    @Test func administratorsListEverybodyOthersThemselves() async throws {
        let site = try await Site()
        let admin = try await token(site, "ada", admin: true), alice = try await token(site, "alice", admin: false)
        func names(_ path: String, _ headers: [String: String]) async throws -> [String] {
            list(try await site.browser().send("GET", path, headers, "")).compactMap { $0["name"] as? String }
        }
        #expect(try await names("/hub/api/users", admin) == ["ada", "alice"])
        #expect(try await names("/hub/api/users", alice) == ["alice"])
        #expect(try await names("/hub/api/users?name_filter=ALI", admin) == ["alice"])
        #expect(try await names("/hub/api/users?state=ready", admin) == [])
        #expect(try await site.browser().send("GET", "/hub/api/users?state=asleep", admin, "").status == 400)
        #expect(try await site.browser().send("GET", "/hub/api/users/ada", alice, "").status == 404)
        #expect(try await site.browser().send("GET", "/hub/api/users/alice", admin, "").status == 200)
    }

    @Test func aListComesInPagesForThoseWhoAsk() async throws {
        let site = try await Site()
        let admin = try await token(site, "u0", admin: true)
        for index in 1..<7 { _ = try await site.accounts.addUser(name: "u\(index)", uid: 2000, fullName: "", admin: false) }
        var headers = admin
        headers["Accept"] = Page.mediaType
        var path = "/hub/api/users?state=inactive&limit=3", names: [String] = []
        for _ in 0..<3 {
            let answer = try await site.browser().send("GET", path, headers, "")
            #expect(answer.header("content-type") == Page.mediaType)
            names += (answer.json["items"] as? [[String: Any]])?.compactMap { $0["name"] as? String } ?? []
            let pagination = try #require(answer.json["_pagination"] as? [String: Any])
            #expect(pagination["total"] as? Int == 7)
            guard let next = (pagination["next"] as? [String: Any])?["url"] as? String else { break }
            #expect(next.hasPrefix("\(Site.origin)/hub/api/users?state=inactive&offset="))
            path = String(next.dropFirst(Site.origin.count))
        }
        #expect(names == (0..<7).map { "u\($0)" })
        #expect(list(try await site.browser().send("GET", "/hub/api/users?offset=5", admin, "")).count == 2)
        #expect(list(try await site.browser().send("GET", "/hub/api/users?offset=99", admin, "")).isEmpty)
        #expect(list(try await site.browser().send("GET", "/hub/api/users?offset=\(Int.max)", admin, "")).isEmpty)
    }

    /// `get_api_pagination` of JupyterHub: whoever does not ask for pages gets the longest, and numbers are brought within bounds.
    @Test(arguments: ["users", "groups"]) func howMuchOfAListIsGivenIsAsJupyterHubGivesIt(_ what: String) async throws {
        let site = try await Site()
        let admin = try await token(site, "u0", admin: true)
        for index in 1..<210 {
            _ = try await site.accounts.addUser(name: "u\(index)", uid: 2000, fullName: "", admin: false)
            _ = try await site.accounts.makeGroup(named: "g\(index)")
        }
        func count(_ query: String, _ accept: String? = nil) async throws -> Int {
            let answer = try await site.browser().send(
                "GET", "/hub/api/\(what)\(query)", admin.merging(["Accept": accept ?? "*/*"]) { $1 }, "")
            #expect(answer.status == 200)
            return (answer.json["items"] as? [Any] ?? list(answer)).count
        }
        #expect(try await count("") == 200)
        #expect(try await count("", "application/json, \(Page.mediaType.uppercased())") == 50)
        #expect(try await count("", "\(Page.mediaType)-of-another-kind") == 200)
        for (asked, given) in [("0", 1), ("-3", 3), ("7", 7), ("201", 200), ("99999999999999999999", 200), ("", 200)] {
            #expect(try await count("?limit=\(asked)") == given)
        }
        #expect(try await count("?offset=-\(what == "users" ? 209 : 208)") == 1)
        #expect(try await count("?offset=\(Int.min)") == 0)
        for wrong in ["limit=few", "limit=1.5", "offset=-", "offset=0x1"] {
            #expect(try await site.browser().send("GET", "/hub/api/\(what)?\(wrong)", admin, "").status == 400)
        }
    }

    @Test func aListIsInTheOrderThatIsAskedFor() async throws {
        let site = try await Site()
        for name in ["carol", "ada", "bob"] { try await site.accounts.noteLogin(name: name, uid: 1001, fullName: "", admin: name == "ada") }
        let token = try await site.accounts.makeToken(account: "ada", note: "", scopes: ["inherit"], lifetime: nil).secret
        func names(_ query: String) async throws -> [String] {
            let answer = try await site.browser().send("GET", "/hub/api/users\(query)", ["Authorization": "token \(token)"], "")
            let list = try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [[String: Any]]
            return (list ?? []).compactMap { $0["name"] as? String }
        }
        #expect(try await names("") == ["carol", "ada", "bob"])
        #expect(try await names("?sort=name") == ["ada", "bob", "carol"])
        #expect(try await names("?sort=-name") == ["carol", "bob", "ada"])
        #expect(try await names("?sort=id") == ["carol", "ada", "bob"])
        try await site.accounts.noteActivity(of: "ada", at: Date().timeIntervalSince1970 + 60)
        #expect(try await names("?sort=-last_activity").first == "ada")
        #expect(try await names("?sort=last_activity").last == "ada")
        for wrong in ["size", "-", "--id", "Name"] {
            let answer = try await site.browser().send("GET", "/hub/api/users?sort=\(wrong)", ["Authorization": "token \(token)"], "")
            #expect(answer.status == 400)
        }
    }

    @Test func administratorsAreToldWhetherTheyGoIntoOthersServers() async throws {
        for allowed in [true, false] {
            let site = try await Site { $0.hub.openAs.allowed = allowed }
            for name in ["ada", "bob"] { try await site.accounts.noteLogin(name: name, uid: 1001, fullName: "", admin: name == "ada") }
            func status(_ account: String, _ path: String) async throws -> Int {
                let token = try await site.accounts.makeToken(account: account, note: "", scopes: ["inherit"], lifetime: nil).secret
                return try await site.browser().send(
                    "POST", "/hub/api/users/\(path)/admin-access", ["Authorization": "token \(token)"], ""
                ).status
            }
            #expect(try await status("ada", "bob") == (allowed ? 200 : 403))
            #expect(try await status("bob", "ada") == 404)
            #expect(try await status("ada", "nobody") == (allowed ? 404 : 403))
        }
    }

    @Test func peopleAreAddedChangedAndForgotten() async throws {
        let site = try await Site()
        let admin = try await token(site, "ada", admin: true), alice = try await token(site, "alice", admin: false)
        func send(_ method: String, _ path: String, _ body: String = "", as headers: [String: String]? = nil) async throws -> Browser.Answer
        {
            try await site.browser().send(method, "/hub/api/users\(path)", headers ?? admin, body)
        }
        #expect(try await send("POST", "/bob", as: alice).status == 403)
        #expect(try await send("POST", "/bob").status == 201)
        #expect(try await send("POST", "/bob").status == 409)
        #expect(try await send("POST", "", #"{"usernames": ["bob", "carol"]}"#).status == 201)
        #expect(try await send("POST", "", #"{"usernames": ["bob", "carol"]}"#).status == 409)
        #expect(try await send("PATCH", "/bob", #"{"admin": true}"#).json["admin"] as? Bool == true)
        #expect(try await send("PATCH", "/ada", #"{"admin": false}"#).status == 400)
        #expect(try await send("PATCH", "/bob", #"{"name": "robert"}"#).status == 400)
        #expect(try await send("PATCH", "/bob", #"{"admin": true}"#, as: alice).status == 403)
        #expect(try await send("POST", "/bob/activity", #"{"last_activity": "2030-01-01T00:00:00.123Z"}"#).status == 200)
        #expect(try await send("POST", "/bob/activity", "{}").status == 400)
        #expect(try await send("POST", "/bob/activity", #"{"last_activity": "soon"}"#).status == 400)
        #expect(try await send("POST", "/bob/activity", #"{"servers": {"x": {}}}"#).status == 400)
        #expect(try await send("DELETE", "/bob").status == 204)
        #expect(try await send("DELETE", "/bob").status == 404)
        #expect(try await send("DELETE", "/ada").status == 400)
    }

    @Test func groupsLiveAndDie() async throws {
        let site = try await Site()
        let admin = try await token(site, "ada", admin: true), alice = try await token(site, "alice", admin: false)
        func send(_ method: String, _ path: String, _ body: String = "", as headers: [String: String]? = nil) async throws -> Browser.Answer
        {
            try await site.browser().send(method, "/hub/api/groups\(path)", headers ?? admin, body)
        }
        #expect(try await send("GET", "", as: alice).status == 403)
        #expect(try await send("POST", "/lab", #"{"users": ["alice"]}"#).json["users"] as? [String] == ["alice"])
        #expect(try await send("POST", "/lab").status == 409)
        #expect(try await send("POST", "/lab/users", #"{"users": ["ada"]}"#).json["users"] as? [String] == ["ada", "alice"])
        #expect(try await send("POST", "/lab/users", #"{"users": ["nobody"]}"#).status == 400)
        #expect(try await send("DELETE", "/lab/users", #"{"users": ["ada"]}"#).json["users"] as? [String] == ["alice"])
        let kept = try await send("PUT", "/lab/properties", #"{"priority": 3}"#)
        #expect((kept.json["properties"] as? [String: Any])?["priority"] as? Int == 3)
        #expect(try await send("PUT", "/lab/properties", "[]").status == 400)
        #expect(list(try await send("GET", "")).count == 1)
        let user = try await site.browser().send("GET", "/hub/api/users/alice", alice, "")
        #expect(user.json["groups"] as? [String] == ["lab"])
        #expect(try await send("DELETE", "/lab").status == 204)
        #expect(try await send("GET", "/lab").status == 404)
    }

    @Test func theIdleCullersTokenDoesWhatItMayAndNoMore() async throws {
        let site = try await Site()
        let jupyter = try JupyterStandIn()
        site.launcher.change { $0.start = .success(jupyter.record) }
        let alice = try await token(site, "alice", admin: false)
        let culler = try await token(
            site, "ada", admin: true, ["list:users", "read:users:activity", "read:servers", "delete:servers"])
        #expect(try await site.browser().send("POST", "/hub/api/users/alice/server", alice, "").status == 201)
        #expect(list(try await site.browser().send("GET", "/hub/api/users?state=ready", culler, "")).count == 1)
        #expect(try await site.browser().send("POST", "/hub/api/users/alice/server", culler, "").status == 403)
        #expect(try await site.browser().send("GET", "/hub/api/users/alice/tokens", culler, "").status == 403)
        #expect(try await site.browser().send("DELETE", "/hub/api/users/alice/server", culler, "").status == 204)
    }

    @Test func aSmallTokenMakesNoBiggerOne() async throws {
        let site = try await Site()
        let small = try await token(site, "ada", admin: true, ["tokens"])
        func make(_ scopes: String) async throws -> Int {
            try await site.browser().send("POST", "/hub/api/users/ada/tokens", small, #"{"scopes": [\#(scopes)]}"#).status
        }
        #expect(try await make(#""tokens""#) == 201)
        #expect(try await make(#""inherit""#) == 403)
        #expect(try await make(#""admin:users""#) == 403)
    }

    @Test func theDocumentDescribesEveryPart() async throws {
        let site = try await Site()
        let document = try await site.browser().send("GET", "/hub/api/openapi.json", [:], "").json
        #expect(document["openapi"] as? String == "3.1.0")
        let paths = try #require(document["paths"] as? [String: Any])
        for path in ["/users", "/groups/{group}/users", "/users/{name}/server/progress", "/environments/{environment}/diff"] {
            #expect(paths[path] != nil, "\(path)")
        }
    }
}
