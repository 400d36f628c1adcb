import Audit
import Foundation
import LauncherProtocol
import Logging
import Testing

@testable import Hub

/// Everybody's environments and builds, for administrators.
@Suite(.timeLimit(.minutes(5))) struct StorageTests {
    private func administrator(_ site: Site, _ name: String = "ada") async throws -> Browser {
        let browser = try await site.browser(loggedInAs: name)
        try await site.accounts.noteLogin(name: name, uid: 1000, fullName: "", admin: true)
        return browser
    }

    private func headers(_ site: Site, _ account: String, _ scope: String) async throws -> [String: String] {
        ["Authorization": "token \(try await site.accounts.makeToken(account: account, note: "", scopes: [scope], lifetime: nil).secret)"]
    }

    private func environment(_ index: Int) -> EnvironmentOverview {
        EnvironmentOverview(
            owner: "u\(index / 10)", name: "e\(index)", build: "b", isBuilt: index > 0, size: 3 << 30, versions: 4, changed: 1_700_000_000,
            lastUsed: index > 1 ? 1_700_000_001 : nil, grants: [EnvironmentGrant(to: "@lab", right: .edit)], assignedTo: ["*"])
    }

    @Test func everybodysEnvironmentsArePagedAndFound() async throws {
        let site = try await Site()
        site.launcher.change { $0.everybodys = (0..<500).map(environment) }
        let ada = try await administrator(site)
        let first = try await ada.get("/hub/admin/environments").body
        #expect(first.contains("500 found") && first.components(separatedBy: "<li class=\"row\"><span").count == 51)
        #expect(first.contains("rel=\"next\"") && first.contains("u0/e0") && first.contains("Its build is not in the store."))
        #expect(first.contains("never used") && first.contains("Shared with @lab") && first.contains("Assigned to everybody"))
        #expect(first.contains("3.0 GiB · versions: 4"))
        let last = try await ada.get("/hub/admin/environments?offset=450").body
        #expect(last.contains("u49/e499") && last.contains("rel=\"prev\"") && !last.contains("rel=\"next\""))
        #expect(try await ada.get("/hub/admin/environments?q=u7/").body.contains("10 found"))
        // An administrator by Berth's own decision sees them too, and is told who assigns.
        let other = try await administrator(site, "hub-admin")
        let page = try await other.get("/hub/admin/environments").body
        #expect(page.contains("u0/e0") && page.contains("Only members of an administrators") && !page.contains("name=\"mandatory\""))
    }

    @Test func storageIsShownForEachPersonAndInTotal() async throws {
        let site = try await Site()
        site.launcher.change {
            $0.storage = (0..<60).map { AccountStorage(owner: "p\($0)", environments: 2, builds: 9 << 30, layers: 1 << 20) }
        }
        let ada = try await administrator(site)
        let body = try await ada.get("/hub/admin/storage").body
        for words in ["60 found", "25.0 GiB of 100 GiB", "9.0 GiB", "1.0 MiB", "/hub/admin/environments?q=p0%2F", "rel=\"next\""] {
            #expect(body.contains(words), "\(words)")
        }
        #expect(try await ada.get("/hub/admin/storage?q=p59").body.contains("1 found"))
        #expect(try await ada.get("/hub/admin/storage?offset=99999999999").status == 200)
        let alice = try await site.browser(loggedInAs: "alice")
        for path in ["storage", "environments", "builds"] { #expect(try await alice.get("/hub/admin/\(path)").status == 403, "\(path)") }
    }

    @Test func administratorsLookAtGarbageAndRemoveIt() async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("garbage-\(UUID().uuidString)").path
        defer { unlink(path) }
        let log = try AuditLog(path: path, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let site = try await Site(watched: Watched(audit: log))
        let ada = try await administrator(site)
        let before = try await ada.get("/hub/admin/storage").body
        #expect(before.contains("Look what would go") && before.contains("by itself") && !before.contains("name=\"remove\""))
        let looked = try await ada.post("/hub/admin/storage/collect", ["_csrf": ada.csrf, "look": "1"])
        #expect(looked.status == 200 && looked.body.contains("3.0 GiB would come free.") && looked.body.contains("name=\"remove\""))
        #expect(looked.body.contains("<li>alice/old</li>") && looked.body.contains("numpy-2.1.0-py311"))
        #expect(looked.body.contains("<li>rich-14.0-py3-none-any.whl</li>"))
        let removed = try await ada.post("/hub/admin/storage/collect", ["_csrf": ada.csrf, "remove": "1"])
        #expect(removed.status == 200 && removed.body.contains("3.0 GiB came free.") && !removed.body.contains("name=\"remove\""))
        #expect(try await ada.post("/hub/admin/storage/collect", ["remove": "1"]).status == 403)

        let headers = try await headers(site, "ada", "admin-ui")
        func collect(_ body: String, _ headers: [String: String]) async throws -> Browser.Answer {
            try await site.browser().send("POST", "/hub/api/storage/collect", headers, body)
        }
        let told = try await collect(#"{"dry_run": true}"#, headers)
        #expect(told.status == 200 && told.json["freed"] as? Int == 3 << 30)
        #expect(told.json["removed_environments"] as? [String] == ["alice/old"] && (told.json["builds"] as? [String])?.count == 2)
        #expect(told.json["wheels"] as? [String] == ["rich-14.0-py3-none-any.whl"])
        #expect(told.json["layers"] as? Int == 0 && told.json["layers_size"] as? Int == 0)
        #expect(try await collect("{}", headers).status == 400)
        #expect(site.launcher.now.collected == ["ada looks", "ada removes", "ada looks"])

        // Nobody else, and no administrator by Berth's own decision.
        let alice = try await site.browser(loggedInAs: "alice")
        #expect(try await alice.post("/hub/admin/storage/collect", ["_csrf": alice.csrf, "remove": "1"]).status == 403)
        #expect(try await collect(#"{"dry_run": false}"#, self.headers(site, "alice", "self")).status == 403)
        let other = try await administrator(site, "hub-admin")
        let refused = try await other.post("/hub/admin/storage/collect", ["_csrf": other.csrf, "remove": "1"])
        #expect(refused.status == 403 && refused.body.contains("Only members of an administrators"))
        #expect(site.launcher.now.collected.count == 3)
        await log.settled()
        var lines: [String] = []
        try AuditReader(path: path).events { if $0.what == .garbageCollect { lines.append("\($0.who) \($0.result.rawValue)") } }
        #expect(lines == ["ada success", "hub-admin refused"])
    }

    @Test func whereOnlyPersonalLayersWouldGoItIsSaid() async throws {
        let site = try await Site()
        site.launcher.change { $0.onlyLayers = true }
        let ada = try await administrator(site)
        let looked = try await ada.post("/hub/admin/storage/collect", ["_csrf": ada.csrf, "look": "1"]).body
        #expect(looked.contains("5.0 MiB would come free.") && looked.contains("name=\"remove\""))
        #expect(looked.contains("<dt>Personal layers</dt><dd>2, of 5.0 MiB</dd>"))
        let removed = try await ada.post("/hub/admin/storage/collect", ["_csrf": ada.csrf, "remove": "1"]).body
        #expect(removed.contains("5.0 MiB came free."))
        let told = try await site.browser().send(
            "POST", "/hub/api/storage/collect", headers(site, "ada", "admin-ui"), #"{"dry_run": true}"#
        ).json
        #expect(told["layers"] as? Int == 2 && told["layers_size"] as? Int == 5 << 20 && told["freed"] as? Int == 0)
    }

    @Test func everybodySeesWhatTheirEnvironmentsTakeOfTheQuota() async throws {
        let site = try await Site()
        let alice = try await site.browser(loggedInAs: "alice")
        #expect(try await alice.get("/hub/home").body.contains("Your environments take 6.0 GiB."))
        site.launcher.change { $0.quota = 6 << 30 }
        #expect(try await alice.get("/hub/home").body.contains("<p class=\"note\">Your environments take 6.0 GiB of the 6.0 GiB"))
        site.launcher.change {
            $0.storage = [AccountStorage(owner: "p", environments: 2, builds: 9, layers: 1, quota: 20 << 30, counted: 7 << 30)]
        }
        let body = try await administrator(site).get("/hub/admin/storage").body
        #expect(body.contains("7.0 GiB of 20.0 GiB"))
    }

    @Test func whatIsTakenAwayAsAnArchiveIsTheLaunchersToJudge() async throws {
        let site = try await Site()
        site.launcher.change { $0.outage = LauncherError(.notFound, "There is no environment “x”.") }
        let answer = try await site.browser().send(
            "GET", "/hub/api/environments/x/export?format=archive", try await headers(site, "alice", "self"), "")
        #expect(answer.status == 404 && answer.body.contains("There is no environment"))
        #expect(site.launcher.now.calls.last == PackEnvironment.name)
    }

    @Test func programsReadTheSame() async throws {
        let site = try await Site()
        site.launcher.change {
            $0.everybodys = (0..<500).map(environment)
            $0.storage = [AccountStorage(owner: "p", environments: 2, builds: 9, layers: 1)]
        }
        _ = try await administrator(site)
        let headers = try await headers(site, "ada", "admin-ui")
        let total = try await site.browser().send("GET", "/hub/api/storage", headers, "").json
        #expect(total["disk_free"] as? Int == 25 << 30 && total["environments"] as? Int == 500)
        let people = try await site.browser().send("GET", "/hub/api/storage/users", headers, "")
        #expect(people.body == #"[{"builds_size":9,"environments":2,"layers_size":1,"quota":null,"quota_used":null,"user":"p"}]"#)
        let paged = headers.merging(["Accept": Page.mediaType]) { $1 }
        let found = try await site.browser().send("GET", "/hub/api/storage/environments?name_filter=u7/&limit=3", paged, "").json
        #expect((found["items"] as? [[String: Any]])?.map { $0["name"] as? String } == ["e70", "e71", "e72"])
        #expect((found["_pagination"] as? [String: Any])?["total"] as? Int == 10)
        let low = try await self.headers(site, "alice", "self")
        for path in ["storage", "storage/users", "storage/environments"] {
            #expect(try await site.browser().send("GET", "/hub/api/\(path)", low, "").status == 403, "\(path)")
        }
    }

    @Test func whatIsBuiltAndDecidedElsewhereIsSeenAndNoted() async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("builds-\(UUID().uuidString)").path
        defer { unlink(path) }
        let log = try AuditLog(path: path, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let site = try await Site(watched: Watched(audit: log))
        let ada = try await administrator(site), alice = try await site.browser(loggedInAs: "alice")
        let bob = try await site.browser(loggedInAs: "bob")
        site.launcher.change { $0.environments = [Site.environment("work")] }
        while !site.launcher.isWatched { await Task.yield() }
        func begin(_ id: String, _ account: String, _ name: String, _ way: BegunBuild.Way, _ call: String, by who: String? = nil) {
            site.launcher.tell(
                .began(
                    BegunBuild(id: id, account: account, who: who ?? account, environment: name, way: way, call: call, began: 1_700_000_000)
                ))
        }
        begin("1", "alice", "work", .commandLine, CreateEnvironment.name)
        begin("2", "bob", "alice/work", .push, JudgePush.name)
        site.launcher.tell(.progress("1", BuildProgress(.solving, "Solving at the terminal")))
        let all = try await ada.get("/hub/admin/builds").body
        #expect(all.contains("Solving at the terminal") && all.contains("by the command line") && all.contains("by git push"))
        #expect(!all.contains("bob/alice/work") && all.contains("· bob"))
        // On the page of the environment both are seen by its owner, who may look at them.
        let page = try await alice.get("/hub/environments/work").body
        let links = page.matches(of: /\/hub\/environments\/builds\/[^"]+/).map { String($0.output) }
        #expect(links.count == 2)
        for link in links { #expect(try await alice.get(link).status == 200) }
        #expect(try await bob.get(links[0]).status == 200)
        #expect(try await bob.get(links[1]).status == 404)
        // They are in nobody's way.
        #expect(try await alice.post("/hub/environments", ["_csrf": alice.csrf, "name": "x", "recipe": "name: x"]).status == 303)
        site.launcher.tell(.failed("1", LauncherError(.failed, "No such package: numpyy.")))
        site.launcher.tell(.done("2", Site.environment("alice/work")))
        begin("3", "alice", "", .commandLine, SaveLayer.name, by: "root")
        site.launcher.tell(.done("3", Site.environment("new")))
        #expect(try await ada.get("/hub/admin/builds?state=finished").body.contains("alice/new"))
        site.launcher.tell(
            .decided(.init(who: "alice", what: .share(ShareEnvironment(account: "alice", environment: "work", to: "@lab", right: .use)))))
        site.launcher.tell(.decided(.init(who: "root", what: .remove(RemoveEnvironment(account: "bob", environment: "old")))))
        site.launcher.tell(
            .decided(
                .init(
                    who: "root",
                    what: .collect(.init(builds: ["a", "b"], packages: ["c"], bytecode: 0, freed: 4096, kept: 0, free: 0)))))
        site.launcher.tell(
            .decided(.init(who: nil, what: .collect(.init(builds: [], packages: [], bytecode: 0, freed: 0, kept: 0, free: 0)))))
        let own = try await site.browser().send("GET", "/hub/api/builds", headers(site, "alice", "self"), "").body
        #expect(own.contains(#""begun_by":"push""#) && own.contains(#""begun_by":"command-line""#) && own.contains("numpyy"))
        await log.settled()
        var lines: [String] = []
        try AuditReader(path: path).events { lines.append("\($0.who) \($0.what.rawValue) \($0.on) \($0.result.rawValue)") }
        lines.removeAll { $0.contains("token.") }
        #expect(
            lines == [
                "alice environment.create alice/work failed", "root environment.save alice/new success",
                "alice environment.share alice/work success", "root environment.remove bob/old success",
                "root garbage.collect  success", "(berth) garbage.collect  success",
            ])
    }

    @Test func buildsOfEverybodyAreFollowed() async throws {
        let site = try await Site()
        let ada = try await administrator(site), alice = try await site.browser(loggedInAs: "alice")
        let bob = try await site.browser(loggedInAs: "bob")
        site.launcher.change { $0.build = .failure(LauncherError(.failed, "No such package: numpyy.", log: ["line one"])) }
        let failed = try #require(
            try await alice.post("/hub/environments", ["_csrf": alice.csrf, "name": "work", "recipe": "name: work"]).location)
        while try await !alice.get(failed).body.contains("numpyy") {}
        site.launcher.change { $0.build = nil }
        let running = try #require(
            try await bob.post("/hub/environments", ["_csrf": bob.csrf, "name": "lab", "recipe": "name: lab"]).location)
        while try await !ada.get("/hub/admin/builds").body.contains("Solving") {}
        let all = try await ada.get("/hub/admin/builds").body
        #expect(all.contains("alice/work") && all.contains("No such package: numpyy.") && all.contains("bob/lab"))
        #expect(try await ada.get("/hub/admin/builds?state=failed").body.contains("1 found"))
        #expect(try await ada.get("/hub/admin/builds?q=bob").body.contains("1 found"))
        // An administrator may look into anybody's, others into their own.
        #expect(try await ada.get(running).body.contains("data-progress"))
        #expect(try await alice.get(running).status == 404)

        let log = running.replacing("/hub/environments/builds/", with: "/hub/api/builds/") + "/log"
        #expect(try await site.browser().send("GET", log, headers(site, "alice", "self"), "").status == 404)
        let failure = failed.replacing("/hub/environments/builds/", with: "/hub/api/builds/") + "/log"
        #expect(try await site.browser().send("GET", failure, headers(site, "ada", "inherit"), "").body.contains("numpyy"))
        let own = try await site.browser().send("GET", "/hub/api/builds", headers(site, "bob", "self"), "").body
        #expect(own.contains("\"state\":\"running\"") && own.contains("\"user\":\"bob\"") && !own.contains("alice"))
        #expect(try await site.browser().send("GET", "/hub/api/builds", headers(site, "ada", "inherit"), "").body.contains("alice"))
        #expect(try await site.browser().send("GET", "/hub/api/builds?state=odd", headers(site, "ada", "inherit"), "").status == 400)
    }
}
