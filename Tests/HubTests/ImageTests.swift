import Foundation
import LauncherProtocol
import Testing

@testable import Hub

/// The images page and its API. What may be fetched and removed is the launcher's to judge.
@Suite(.timeLimit(.minutes(5))) struct ImageTests {
    private let old = ImageSummary(
        name: "lab/old:1", profiles: [], isBuilder: false,
        present: .init(id: "sha256:1", digest: "sha256:2", size: 3 << 30, created: 1_700_000_000), servers: [])
    private let absent = ImageSummary(name: "lab/new:2", profiles: ["gpu"], isBuilder: false, present: nil, servers: [])
    private let used = ImageSummary(
        name: "lab/used:1", profiles: ["cpu"], isBuilder: true, present: .init(id: "sha256:3", digest: nil, size: 5, created: 0),
        servers: [ServerID(owner: "alice"), ServerID(owner: "bob", name: "x")])

    private func site() async throws -> (Site, Browser) {
        let site = try await Site()
        site.launcher.change { $0.images = [absent, used, old] }
        let ada = try await site.browser(loggedInAs: "ada")
        try await site.accounts.noteLogin(name: "ada", uid: 1000, fullName: "", admin: true)
        return (site, ada)
    }

    @Test func theyAreShownWithWhatUsesThem() async throws {
        let (site, ada) = try await site()
        let body = try await ada.get("/hub/admin/images").body
        for words in ["lab/new:2", "Not on this host", "profile gpu", "3.0 GiB", "sha256:2", "server bob/x", "builds environments"] {
            #expect(body.contains(words), "\(words)")
        }
        #expect(body.contains("aria-label=\"Remove: lab/old:1\"") && !body.contains("aria-label=\"Remove: lab/used:1\""))
        #expect(body.contains("aria-label=\"Fetch: lab/new:2\"") && !body.contains("aria-label=\"Fetch: lab/old:1\""))
        let alice = try await site.browser(loggedInAs: "alice")
        #expect(try await alice.get("/hub/admin/images").status == 403)
        for path in ["pull", "remove"] {
            #expect(try await alice.post("/hub/admin/images/\(path)", ["_csrf": alice.csrf, "image": "lab/old:1"]).status == 403)
        }
    }

    @Test func oneIsFetchedWhileAPageFollows() async throws {
        let (site, ada) = try await site()
        #expect(try await ada.post("/hub/admin/images/pull", ["_csrf": ada.csrf, "image": "lab/old:1"]).status == 404)
        #expect(try await ada.post("/hub/admin/images/pull", ["_csrf": ada.csrf, "image": "lab/new:2"]).status == 303)
        var body = ""
        while !body.contains("1 of 2 layers") { body = try await ada.get("/hub/admin/images").body }
        #expect(body.contains("data-progress=\"/hub/api/images/lab%2Fnew%3A2/pull\""))
        #expect(site.launcher.now.calls.filter { $0 == PullImage.name }.count == 1)
    }

    @Test func aFailureIsShownAndCanBeTriedAgain() async throws {
        let (site, ada) = try await site()
        site.launcher.change { $0.pull = .failure(LauncherError(.failed, "The registry does not have it.")) }
        let made = try await site.accounts.makeToken(account: "ada", note: "", scopes: ["admin-ui"], lifetime: nil)
        let headers = ["Authorization": "token \(made.secret)"]
        let path = "/hub/api/images/lab%2Fnew%3A2/pull"
        #expect(try await site.browser().send("GET", path, headers, "").status == 404)
        let began = try await site.browser().send("POST", path, headers, "")
        #expect(began.status == 202 && began.body.contains("\"progress_url\":\"\(path)\""))
        let log = try await site.browser().send("GET", path, headers, "")
        #expect(log.body.contains("\"progress\":50") && log.body.contains("The registry does not have it."))
        #expect(try await ada.get("/hub/admin/images").body.contains("The registry does not have it."))
        site.launcher.change { $0.pull = .success(Done()) }
        #expect(try await site.browser().send("POST", path, headers, "").status == 202)
        #expect(try await site.browser().send("GET", path, headers, "").body.contains("\"ready\":true"))
    }

    @Test func oneThatNothingUsesIsRemoved() async throws {
        let (site, ada) = try await site()
        let made = try await site.accounts.makeToken(account: "ada", note: "", scopes: ["admin-ui"], lifetime: nil)
        let headers = ["Authorization": "token \(made.secret)"]
        let listed = try await site.browser().send("GET", "/hub/api/images", headers, "")
        #expect(listed.status == 200 && listed.body.contains("\"unused\":true"))
        #expect(try await site.browser().send("DELETE", "/hub/api/images/lab%2Fused%3A1", headers, "").status == 409)
        #expect(try await site.browser().send("DELETE", "/hub/api/images/lab%2Fold%3A1", headers, "").status == 204)
        #expect(site.launcher.now.images == [absent, used])
        #expect(try await ada.post("/hub/admin/images/remove", ["_csrf": ada.csrf, "image": "lab/used:1"]).status == 409)
        let low = try await site.accounts.makeToken(account: "ada", note: "", scopes: ["self"], lifetime: nil)
        #expect(try await site.browser().send("GET", "/hub/api/images", ["Authorization": "token \(low.secret)"], "").status == 403)
    }
}
