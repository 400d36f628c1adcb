import Foundation
import LauncherProtocol
import Testing

@testable import Hub

/// What somebody has installed over the versions of an environment: none of it is lost without a word.
@Suite struct LayerTests {
    private static let old = String(repeating: "a", count: 40), new = String(repeating: "b", count: 40)

    private static func layer(_ package: String) -> LayerSummary {
        LayerSummary(
            build: "a", files: 7, bytes: 2048,
            changes: [PackageChange(name: package, direction: .added, before: nil, after: "0.8.1", isAsked: true)], notices: [])
    }

    private func site(_ layers: OwnLayers = OwnLayers(hasCurrent: true, earlier: 1), right: EnvironmentRight = .admin) async throws -> Site
    {
        let site = try await Site()
        site.launcher.change {
            let work = Site.environment("work").named("work", right: right, layers: layers)
            $0.environments = [work]
            $0.build = .success(work)
            $0.layer = Self.layer("einops")
            $0.earlier = [
                PersonalLayer(
                    version: FakeLauncher.versions[1], isCurrent: false, isSaved: false, changed: 1_700_000_000,
                    summary: Self.layer("humanize"))
            ]
        }
        return site
    }

    @Test func thePageShowsWhatLiesOverEachVersionWithAWayToKeepAndToLoseIt() async throws {
        let site = try await site()
        let browser = try await site.browser(loggedInAs: "alice")
        let page = try await browser.get("/hub/environments/work").body
        #expect(page.contains("einops") && page.contains("humanize") && page.contains("Changes over earlier versions"))
        #expect(page.contains("<h3 id=\"layer-aaaaaaaa\">Over version aaaaaaaa: Create the environment</h3>"))
        #expect(page.contains("It stays over that version"))
        for (path, fields) in [("save", [:]), ("save", ["to": "mine"]), ("discard", [:])] {
            let all = fields.merging(["_csrf": browser.csrf, "version": Self.old]) { $1 }
            #expect(try await browser.post("/hub/environments/work/layer/\(path)", all).status == 303)
        }
        #expect(site.launcher.now.built == ["save work over \(Self.old)", "save work over \(Self.old) as mine"])
        let after = try await browser.get("/hub/environments/work").body
        #expect(after.contains("einops") && !after.contains("humanize") && !after.contains("Changes over earlier versions"))
    }

    @Test func whoMayOnlyUseItSavesAsTheirOwnAndWhatIsSavedIsSaid() async throws {
        let site = try await site(right: .use)
        site.launcher.change {
            let layer = $0.earlier[0]
            $0.earlier = [
                PersonalLayer(version: layer.version, isCurrent: false, isSaved: true, changed: layer.changed, summary: layer.summary)
            ]
        }
        let page = try await site.browser(loggedInAs: "alice").get("/hub/environments/work").body
        #expect(!page.contains("Save as the next version") && page.contains("Save as my own"))
        #expect(page.contains("A version has what was installed here.") && !page.contains("It stays over that version"))
    }

    @Test func itIsSaidBeforeAndAfterWhatHidesIt() async throws {
        let site = try await site()
        let browser = try await site.browser(loggedInAs: "alice")
        let remark = "It stays over that version: the next one begins without it"
        #expect(try await browser.get("/hub/environments/work/edit").body.contains(remark))
        #expect(try await browser.get("/hub/environments/work/versions/aaaa").body.contains(remark))
        #expect(try await !browser.get("/hub/environments/work/versions/bbbb").body.contains(remark))
        let checked = try await browser.post(
            "/hub/environments/work/edit", ["_csrf": browser.csrf, "recipe": "dependencies: [python=3.12]", "check": "1"])
        #expect(checked.status == 200 && checked.body.contains(remark))
        #expect(try await browser.get("/hub/home").body.contains("What you installed over an earlier version is not in it"))
        let began = try await browser.post("/hub/environments/work/rollback", ["_csrf": browser.csrf, "version": "aaaa"])
        let place = try #require(began.location), id = try #require(place.split(separator: "/").last)
        let told = try await browser.get("/hub/api/builds/\(id)/log").body
        #expect(told.contains("\"earlier_layers\":1"))
        #expect(try await browser.get(place).body.contains("What you had installed over an earlier version is not in this one."))

        let clean = try await self.site(.none)
        let other = try await clean.browser(loggedInAs: "alice")
        #expect(try await !other.get("/hub/environments/work/edit").body.contains(remark))
        #expect(try await !other.get("/hub/home").body.contains("over an earlier version"))
    }

    @Test func programsDoTheSame() async throws {
        let site = try await site()
        let made = try await site.accounts.makeToken(account: "alice", note: "", scopes: ["self"], lifetime: nil)
        func ask(_ method: String, _ path: String, _ body: String = "") async throws -> Browser.Answer {
            try await site.browser().send(method, "/hub/api/environments/work" + path, ["Authorization": "token \(made.secret)"], body)
        }
        let model = try await ask("GET", "").json
        #expect(model["layer"] as? Bool == true && model["earlier_layers"] as? Int == 1)
        let answer = try await ask("GET", "/layers")
        let all = try #require(try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [[String: Any]])
        #expect(all.map { $0["current"] as? Bool } == [true, false] && all.map { $0["saved"] as? Bool } == [false, false])
        #expect((all[1]["version"] as? [String: Any])?["id"] as? String == Self.old)
        let old = try await ask("GET", "/layer?version=aaaa").json
        #expect((old["changes"] as? [[String: Any]])?.first?["name"] as? String == "humanize")
        #expect(try await ask("POST", "/layer", #"{"version": "aaaa", "name": "mine"}"#).status == 202)
        #expect(site.launcher.now.built == ["save work over aaaa as mine"])
        #expect(try await ask("DELETE", "/layer?version=\(Self.old)").status == 204)
        #expect(site.launcher.now.earlier.isEmpty && site.launcher.now.layer.files == 7)
    }
}
