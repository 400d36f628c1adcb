import Foundation
import LauncherProtocol
import Testing

@testable import Hub

/// What changes an environment or compares its versions: the same by pages and by the API.
@Suite struct EnvironmentChangeTests {
    private func site() async throws -> Site {
        let site = try await Site()
        site.launcher.change {
            $0.environments = [Site.environment("work")]
            $0.build = .success(Site.environment("work"))
            $0.layer = LayerSummary(
                build: "b", files: 7, bytes: 2048,
                changes: [PackageChange(name: "einops", direction: .added, before: nil, after: "0.8.1", isAsked: true)], notices: [])
        }
        return site
    }

    private func token(_ site: Site) async throws -> [String: String] {
        let made = try await site.accounts.makeToken(account: "alice", note: "", scopes: ["self"], lifetime: nil)
        return ["Authorization": "token \(made.secret)"]
    }

    @Test func thePageShowsDriftHistoryAndForms() async throws {
        let site = try await site()
        let page = try await site.browser(loggedInAs: "alice").get("/hub/environments/work")
        #expect(page.status == 200)
        #expect(page.body.contains("einops") && page.body.contains("7 files, 2.0 KiB"))
        #expect(page.body.contains("/hub/environments/work/diff?from=\(String(repeating: "a", count: 40))"))
        #expect(page.body.contains("/hub/environments/work/export/conda-lock"))
    }

    @Test func twoVersionsAreCompared() async throws {
        let site = try await site()
        let page = try await site.browser(loggedInAs: "alice").get("/hub/environments/work/diff?from=aaaa&to=bbbb")
        #expect(page.body.contains("numpy") && page.body.contains("1.26.4 → 2.1.3") && page.body.contains("newer"))
        let same = try await site.browser(loggedInAs: "alice").get("/hub/environments/work/diff?from=bbbb")
        #expect(same.body.contains("Both versions have the same packages."))

        let diff = try await site.browser().send("GET", "/hub/api/environments/work/diff?from=aaaa&to=bbbb", token(site), "").json
        let change = try #require((diff["changes"] as? [[String: Any]])?.first)
        #expect(change["direction"] as? String == "up" && change["asked"] as? Bool == true)
    }

    @Test func aRollBackASaveAndAnEditBuild() async throws {
        let site = try await site()
        let browser = try await site.browser(loggedInAs: "alice")
        for (path, fields) in [
            ("rollback", ["version": "aaaa"]), ("layer/save", [:]), ("edit", ["recipe": "dependencies:\r\n  - python=3.12"]),
        ] {
            #expect(try await browser.post("/hub/environments/work/\(path)", fields).status == 403, "\(path) without the form's mark")
            let answer = try await browser.post("/hub/environments/work/\(path)", fields.merging(["_csrf": browser.csrf]) { $1 })
            #expect(answer.location?.hasPrefix("/hub/environments/builds/") == true, "\(path): \(answer.status)")
            _ = try await browser.get(try #require(answer.location))
        }
        #expect(site.launcher.now.built == ["rollback work aaaa", "save work"])
        #expect(site.launcher.now.recipes == ["dependencies:\n  - python=3.12\n"])

        let headers = try await token(site)
        let back = try await site.browser().send("POST", "/hub/api/environments/work/rollback", headers, #"{"version": "bbbb"}"#)
        #expect(back.status == 202 && back.location?.hasPrefix("/hub/api/builds/") == true)
        #expect(try await site.browser().send("POST", "/hub/api/environments/work/rollback", headers, "{}").status == 400)
    }

    @Test func aVersionIsNamedAsARelease() async throws {
        let site = try await site()
        let browser = try await site.browser(loggedInAs: "alice")
        let fields = ["tag": "paper", "version": "bbbb"]
        #expect(try await browser.post("/hub/environments/work/tag", fields).status == 403)
        let answer = try await browser.post("/hub/environments/work/tag", fields.merging(["_csrf": browser.csrf]) { $1 })
        #expect(answer.location == "/hub/environments/work#history")
        let headers = try await token(site)
        #expect(try await site.browser().send("POST", "/hub/api/environments/work/tags", headers, #"{"tag": "v1"}"#).status == 200)
        #expect(try await site.browser().send("POST", "/hub/api/environments/work/tags", headers, "{}").status == 400)
        #expect(try await site.browser().send("DELETE", "/hub/api/environments/work/tags/v1", headers, "").status == 204)
        #expect(site.launcher.now.built == ["tag paper bbbb", "tag v1 current", "tag v1 away"])
    }

    @Test func theLayerIsShownAndThrownAway() async throws {
        let site = try await site()
        let headers = try await token(site)
        let layer = try await site.browser().send("GET", "/hub/api/environments/work/layer", headers, "").json
        #expect(layer["files"] as? Int == 7)
        let browser = try await site.browser(loggedInAs: "alice")
        #expect(
            try await browser.post("/hub/environments/work/layer/discard", ["_csrf": browser.csrf]).location == "/hub/environments/work")
        #expect(try await browser.get("/hub/environments/work").body.contains("Nothing was installed or removed"))
        #expect(try await site.browser().send("DELETE", "/hub/api/environments/work/layer", headers, "").status == 204)
    }

    @Test func lintIsTheSameWhileTypingAndByTheButton() async throws {
        let site = try await site()
        let browser = try await site.browser(loggedInAs: "alice")
        let recipe = "dependencies:\n  - python\n  - numpy=2.1.0=py312h1\n"
        let page = try await browser.post("/hub/environments/work/edit", ["_csrf": browser.csrf, "recipe": recipe, "check": "1"])
        #expect(page.status == 200 && page.body.contains("names the build py312h1") && page.body.contains("Line 3"))
        #expect(site.launcher.now.recipes == [])
        let body = String(decoding: try JSONEncoder().encode(["recipe": recipe]), as: UTF8.self)
        let answer = try await site.browser().send("POST", "/hub/api/environments/lint", token(site), body).json
        let findings = try #require(answer["findings"] as? [[String: Any]])
        #expect(findings.contains { $0["rule"] as? String == "build-pinned" && $0["line"] as? Int == 3 })
        #expect((answer["fixed"] as? String)?.contains("numpy=2.1.0\n") == true)
    }

    @Test func lintKnowsTheHostAndWhatASolveTold() async throws {
        let site = try await site()
        site.launcher.change {
            $0.host = HostDescription(platform: "linux-64", driver: "470.82.01", hasGPU: false, imageHasJupyter: false)
            let lock = #"{"format": 1, "platform": "linux-64", "packages": [], "pip": [], "pipOptions": [], "variables": {}}"#
            $0.solve = .success(.init(lock: lock, notices: [], channelPackages: ["six"]))
        }
        let recipe =
            "platforms: [osx-arm64]\ndependencies: [python=3.11, pytorch-gpu=2, cuda-version=12.4, zlib=1.3=h0_1, pip, pip: [six]]\n"
        let body = String(decoding: try JSONEncoder().encode(["recipe": recipe]), as: UTF8.self)
        func rules() async throws -> Set<String> {
            let answer = try await site.browser().send("POST", "/hub/api/environments/lint", token(site), body).json
            return Set((answer["findings"] as? [[String: Any]] ?? []).compactMap { $0["rule"] as? String })
        }
        #expect(
            try await rules() == ["build-pinned", "platform-missing", "gpu-without-profile", "cuda-driver", "jupyter-missing"])
        let browser = try await site.browser(loggedInAs: "alice")
        let page = try await browser.post("/hub/environments/work/edit", ["_csrf": browser.csrf, "recipe": recipe, "solve": "1"])
        #expect(page.body.contains("The channels have “six” as “six”"))
        // Where the launcher can't tell, the rest is still said.
        site.launcher.change { $0.outage = LauncherError(.unavailable, "down") }
        #expect(try await rules() == ["build-pinned"])
    }

    @Test func formsToTakeAwayAndReasons() async throws {
        let site = try await site()
        let browser = try await site.browser(loggedInAs: "alice")
        for form in EnvironmentDownload.allCases {
            let file = try await browser.get("/hub/environments/work/export/\(form.rawValue)")
            #expect(file.status == 200 && file.header("content-disposition")?.hasPrefix("attachment") == true, "\(form)")
        }
        #expect(try await browser.get("/hub/environments/work/export/docker-run").body.contains("--user 1001:1001"))
        #expect(try await browser.get("/hub/environments/work/export/zip").status == 404)
        #expect(try await browser.get("/hub/environments/work/explain?package=numpy").body.contains("numpy 2.1.3"))
        #expect(try await browser.get("/hub/environments/work/explain?package=x").body.contains("no package “x”"))
        let headers = try await token(site)
        #expect(try await site.browser().send("GET", "/hub/api/environments/work/export?format=zip", headers, "").status == 400)
        #expect(try await site.browser().send("GET", "/hub/api/environments/work/explain?package=numpy", headers, "").status == 200)
        let verified = try await site.browser().send("POST", "/hub/api/environments/work/verify", headers, "").json
        #expect((verified["differences"] as? [[String: Any]])?.count == 1)
    }

    private static let conflict = LauncherError(
        .failed, "The recipe can't be solved. Lines 2 and 3 can't be met together.", log: ["the solver's own words"],
        places: [
            RecipePlace(line: 2, column: 5, message: "a 1.0 needs c 1.*."), RecipePlace(line: 3, column: 5, message: "b needs c 2.*."),
        ])

    @Test func theEditorSolvesAndNamesTheLinesInConflict() async throws {
        let site = try await site()
        site.launcher.change { $0.solve = .failure(Self.conflict) }
        let browser = try await site.browser(loggedInAs: "alice")
        let fields = ["_csrf": browser.csrf, "recipe": "dependencies:\n  - a\n  - b\n", "solve": "1"]
        let page = try await browser.post("/hub/environments/work/edit", fields)
        #expect(page.status == 200 && page.body.contains("can&#39;t be met together") || page.body.contains("can't be met together"))
        #expect(page.body.contains("Line 3</strong> b needs c 2.*."))
        #expect(site.launcher.now.recipes == [])
        let headers = try await token(site)
        let answer = try await site.browser().send("POST", "/hub/api/environments/solve", headers, #"{"recipe": "x", "cuda": "12.4"}"#)
        #expect(answer.status == 424)
        #expect((answer.json["places"] as? [[String: Any]])?.first?["line"] as? Int == 2)

        let lock = #"{"format": 1, "platform": "linux-64", "packages": [], "pip": [], "pipOptions": [], "variables": {}}"#
        site.launcher.change { $0.solve = .success(.init(lock: lock, notices: ["n"])) }
        #expect(try await browser.post("/hub/environments/work/edit", fields).body.contains("It solves: 0 packages"))
        let solved = try await site.browser().send("POST", "/hub/api/environments/solve", headers, #"{"recipe": "x"}"#).json
        #expect((solved["lock"] as? [String: Any])?["platform"] as? String == "linux-64")
    }

    @Test func aFirstRecipeIsLookedOverMendedAndSolvedBeforeItIsBuilt() async throws {
        let site = try await site()
        let browser = try await site.browser(loggedInAs: "alice")
        let recipe = "dependencies:\n  - python=3.11 # ours\n  - numpy=2.1.0=py311h1_0\n"
        func press(_ button: String, on page: String = "/hub/environments", _ recipe: String) async throws -> String {
            let fields = ["_csrf": browser.csrf, "recipe": recipe, "name": "mine", "cuda": "12.4", button: "1"]
            let page = try await browser.post(page, fields)
            #expect(page.status == 200 && page.body.contains("value=\"12.4\""))
            return page.body
        }
        let checked = try await press("check", recipe)
        #expect(checked.contains("names the build") && checked.contains("py311h1_0\n") && checked.contains("value=\"mine\""))
        for page in ["/hub/environments", "/hub/environments/work/edit"] {
            let mended = try await press("mend", on: page, recipe)
            #expect(mended.contains("  - python=3.11 # ours\n  - numpy=2.1.0\n") && !mended.contains("names the build"))
            #expect(mended.contains("What is safe to mend is mended."))
        }
        #expect(try await press("mend", "dependencies: [python=3.11]\n").contains("nothing that can safely be mended"))

        site.launcher.change { $0.solve = .failure(Self.conflict) }
        #expect(try await press("solve", "dependencies:\n  - a\n  - b\n").contains("Line 3</strong> b needs c 2.*."))
        let lock = #"{"format": 1, "platform": "linux-64", "packages": [], "pip": [], "pipOptions": [], "variables": {}}"#
        site.launcher.change { $0.solve = .success(.init(lock: lock, notices: [])) }
        let solved = try await press("solve", recipe)
        #expect(solved.contains("It solves: 0 packages") && solved.contains("value=\"mine\""))
        #expect(site.launcher.now.recipes == [])
    }

    @Test func aFailedBuildLeadsBackToItsRecipe() async throws {
        let site = try await site()
        site.launcher.change { $0.build = .failure(Self.conflict) }
        let browser = try await site.browser(loggedInAs: "alice")
        for (path, editor) in [
            ("/hub/environments/work/edit", "/hub/environments/work/edit"), ("/hub/environments", "/hub/environments/new"),
        ] {
            let recipe = "dependencies:\n  - a # kept\n  - b\n"
            let began = try await browser.post(path, ["_csrf": browser.csrf, "recipe": recipe])
            let place = try #require(began.location)
            let id = try #require(place.split(separator: "/").last)
            // The stream ends with the build.
            _ = try await browser.get("/hub/api/builds/\(id)/log")
            let page = try await browser.get(place)
            #expect(page.body.contains("Line 2</strong> a 1.0 needs c 1.*."))
            #expect(page.body.contains("\(editor)?build=\(id)"), "\(editor)")
            let again = try await browser.get("\(editor)?build=\(id)")
            #expect(again.body.contains("- a # kept") && again.body.contains("Line 3</strong> b needs c 2.*."))
        }
    }

    @Test func aManifestOfAnotherToolBecomesARecipeToLookOver() async throws {
        let site = try await site()
        let browser = try await site.browser(loggedInAs: "alice")
        let toml = "[workspace]\nname = \"vision\"\nchannels = [\"conda-forge\"]\n[tasks]\nx = \"y\"\n[dependencies]\nnumpy = \">=2\"\n"
        let page = try await browser.post("/hub/environments", ["_csrf": browser.csrf, "recipe": toml])
        #expect(page.status == 200)
        #expect(page.body.contains("name: vision") && page.body.contains("numpy&gt;=2"))
        #expect(page.body.contains("“tasks” is left out"))
        #expect(site.launcher.now.recipes == [])
        let broken = try await browser.post("/hub/environments", ["_csrf": browser.csrf, "recipe": "[dependencies]\nnumpy = \n"])
        #expect(broken.status == 400 && broken.body.contains("line 2"))
    }

    private static let manifest =
        "[workspace]\nname = \"vision\"\n[dependencies]\nnumpy = \">=2\"\n[feature.docs.dependencies]\nsphinx = \"*\"\n"

    @Test func whatElseOfAManifestIsWantedIsChosenOnThePage() async throws {
        let site = try await site()
        let browser = try await site.browser(loggedInAs: "alice")
        var page = try await browser.post("/hub/environments", ["_csrf": browser.csrf, "recipe": Self.manifest])
        #expect(page.field("choose.0") == "docs" && !page.body.contains("- sphinx"))
        // The browser sends back what the page kept, also when the recipe is only looked over.
        var fields = ["_csrf": browser.csrf, "recipe": "dependencies: [numpy]", "manifest": Self.manifest, "python": "3.12"]
        fields["choose.0"] = "docs"
        page = try await browser.post("/hub/environments", fields.merging(["import": "1"]) { $1 })
        #expect(page.status == 200 && page.body.contains("- sphinx") && page.body.contains("- python=3.12"))
        #expect(page.body.contains("name=\"choose.0\" value=\"docs\" checked") && page.field("python") == nil)
        page = try await browser.post("/hub/environments", fields.merging(["check": "1"]) { $1 })
        #expect(page.body.contains("name=\"choose.0\" value=\"docs\" checked") && !page.body.contains("- sphinx"))
        page = try await browser.post("/hub/environments", fields.merging(["import": "1", "python": "x"]) { $1 })
        #expect(page.status == 400 && page.body.contains("no version of Python"))
        #expect(site.launcher.now.recipes == [])
    }

    @Test func aProgramGivesAManifestWhereARecipeGoes() async throws {
        let site = try await site()
        let headers = try await token(site)
        func send(_ method: String, _ path: String, _ body: [String: Any]) async throws -> Browser.Answer {
            let body = String(decoding: try JSONSerialization.data(withJSONObject: body), as: UTF8.self)
            return try await site.browser().send(method, "/hub/api/environments" + path, headers, body)
        }
        for (method, path) in [("POST", ""), ("PUT", "/work"), ("PATCH", "/work")] {
            let answer = try await send(method, path, ["recipe": Self.manifest, "choose": ["docs"], "python": "3.12"])
            #expect(answer.status == 202 && (answer.json["recipe"] as? String)?.contains("- sphinx") == true, "\(method): \(answer.body)")
            #expect(answer.json["choices"] as? [String] == ["docs"] && answer.json["notices"] as? [String] == [])
            let place = try #require(answer.location)
            _ = try await site.browser().send("GET", place, headers, "")
        }
        #expect(site.launcher.now.recipes.count == 3)
        #expect(site.launcher.now.recipes.allSatisfy { $0.contains("- python=3.12\n") && $0.contains("- numpy>=2\n") })
        #expect(site.launcher.now.recipes[1].hasPrefix("name: work\n"))

        let unknown = try await send("POST", "", ["recipe": Self.manifest, "choose": ["gpu"]])
        #expect(unknown.status == 400 && (unknown.json["message"] as? String)?.contains("the file has docs") == true)
        let none = try await send("POST", "", ["recipe": "dependencies: [numpy]\n", "python": "3.12"])
        #expect(none.status == 400 && (none.json["message"] as? String)?.contains("“recipe” is none") == true)
        #expect(site.launcher.now.recipes.count == 3)
    }

    @Test func filesBesideARecipeArePutIntoIt() async throws {
        let site = try await site()
        let headers = try await token(site)
        let recipe = "name: work\ndependencies:\n  - pip\n  - pip:\n      - -r reqs/more.txt\n"
        func send(_ method: String, _ path: String, _ recipe: String, _ files: [String: String]) async throws -> Browser.Answer {
            let body = String(decoding: try JSONSerialization.data(withJSONObject: ["recipe": recipe, "files": files]), as: UTF8.self)
            let answer = try await site.browser().send(method, "/hub/api/environments" + path, headers, body)
            if let place = answer.location { _ = try await site.browser().send("GET", place, headers, "") }
            return answer
        }
        let more = ["reqs/more.txt": "-r other.txt\n", "reqs/other.txt": "rich>13\n"]
        let whole = "name: work\ndependencies:\n  - pip\n  - pip:\n      # -r reqs/more.txt\n      - rich>13\n"
        for (method, path) in [("POST", ""), ("PUT", "/work"), ("PATCH", "/work")] {
            let answer = try await send(method, path, recipe, more)
            #expect(answer.status == 202 && answer.json["recipe"] as? String == whole, "\(method): \(answer.body)")
        }
        #expect(site.launcher.now.recipes == [whole, whole, whole])
        let missing = try await send("POST", "", recipe, ["reqs/more.txt": "rich\n-r other.txt\n"])
        let message = missing.json["message"] as? String ?? ""
        #expect(missing.status == 400 && message.hasPrefix("reqs/more.txt, line 2: “-r other.txt” names a file"), "\(message)")
        let requirements = try await send("POST", "", "-r more.txt\n", ["more.txt": "rich>13\n"])
        #expect((requirements.json["recipe"] as? String)?.contains("- rich>13") == true, "\(requirements.body)")

        // A browser sends them by their bare names, and what was put together is looked over before it is built.
        let browser = try await site.browser(loggedInAs: "alice")
        let parts = [
            "name=\"_csrf\"\r\n\r\n\(browser.csrf)", "name=\"recipe\"\r\n\r\n\(recipe)", "name=\"check\"\r\n\r\n1",
            "name=\"beside\"; filename=\"more.txt\"\r\n\r\nrich>13\n",
        ]
        let body = parts.map { "--X\r\nContent-Disposition: form-data; \($0)\r\n" }.joined() + "--X--\r\n"
        for path in ["", "/work/edit"] {
            let page = try await browser.send(
                "POST", "/hub/environments" + path, ["Content-Type": "multipart/form-data; boundary=X"], body)
            #expect(page.status == 200 && page.body.contains("# -r reqs/more.txt\n      - rich&gt;13\n</textarea>"), "\(page.body)")
        }
    }

    @Test func aManifestThatIsGivenToTheEditorBecomesTheNextRecipe() async throws {
        let site = try await site()
        let browser = try await site.browser(loggedInAs: "alice")
        let path = "/hub/environments/work/edit"
        var fields = ["_csrf": browser.csrf, "recipe": Self.manifest, "base": "bbbb"]
        var page = try await browser.post(path, fields)
        #expect(page.status == 200 && page.body.contains("name: work\n") && page.body.contains("numpy&gt;=2"), "\(page.body)")
        #expect(page.field("choose.0") == "docs" && page.field("base") == "bbbb")
        fields.merge(["recipe": "dependencies: [numpy]", "manifest": Self.manifest, "import": "1", "choose.0": "docs"]) { $1 }
        page = try await browser.post(path, fields)
        #expect(page.status == 200 && page.body.contains("- sphinx"))
        let broken = try await browser.post(path, ["_csrf": browser.csrf, "recipe": "[dependencies]\nnumpy = \n"])
        #expect(broken.status == 400 && broken.body.contains("line 2"))
        #expect(site.launcher.now.recipes == [])
    }

    /// A lock of six packages, of which one brings three others.
    private static var frozenLock: String {
        func package(_ name: String, _ needs: [String] = []) -> [String: Any] {
            [
                "name": name, "version": "1.0", "build": "0", "buildNumber": 0, "url": "https://c/noarch/\(name)-1.0-0.conda",
                "subdir": "noarch", "depends": needs, "constrains": [String](),
            ]
        }
        let lock: [String: Any] = [
            "format": 1, "platform": "linux-64", "pip": [String](), "pipOptions": [String](), "variables": [String: String](),
            "packages": [package("app", ["one", "two", "three"]), package("one"), package("three"), package("two")],
        ]
        let data = try? JSONSerialization.data(withJSONObject: lock)
        return String(decoding: data ?? Data(), as: UTF8.self)
    }

    @Test func theShorterRecipeIsProvedAndTakenOverWithOneClick() async throws {
        let site = try await site()
        site.launcher.change { $0.solve = .success(.init(lock: Self.frozenLock, notices: [])) }
        let browser = try await site.browser(loggedInAs: "alice")
        let recipe = "dependencies:\n  - app=1.0 # ours\n  - one=1.0\n  - two=1.0\n  - three=1.0\n"
        for path in ["/hub/environments", "/hub/environments/work/edit"] {
            site.launcher.change { $0.targets = [] }
            let page = try await browser.post(path, ["_csrf": browser.csrf, "recipe": recipe, "solve": "1"])
            #expect(page.field("shorten") == "one three two" && site.launcher.now.targets.count == 2, "\(path)")
            #expect(page.body.contains("it solves to the very same lock: one, three, two."))
            #expect(page.body.contains("which solve to the same lock"))
            let taken = try await browser.post(
                path, ["_csrf": browser.csrf, "recipe": recipe, "shorten": "one three two", "cuda": "12.4"])
            #expect(taken.body.contains("dependencies:\n  - app=1.0 # ours\n</textarea>") && taken.body.contains("The recipe is shorter."))
            #expect(taken.body.contains("value=\"12.4\"") && site.launcher.now.recipes == [])
        }
        let body = String(decoding: try JSONEncoder().encode(["recipe": recipe]), as: UTF8.self)
        let solved = try await site.browser().send("POST", "/hub/api/environments/solve", token(site), body).json
        let minimal = try #require(solved["minimal"] as? [String: Any])
        #expect(minimal["recipe"] as? String == "dependencies:\n  - app=1.0 # ours\n")
        #expect((solved["findings"] as? [[String: Any]])?.contains { $0["rule"] as? String == "freeze-bloat" } == true)
    }
}
