import Foundation
import LauncherProtocol
import NIOCore
import Testing

@testable import Hub

/// Who may talk to git, and how refusals look; the conversation itself is tested with the real git, end to end.
@Suite struct GitTests {
    private let offer = "/hub/git/alice/lab.git/info/refs?service=git-upload-pack"

    private func basic(_ password: String) -> [String: String] {
        ["Authorization": "Basic " + Data("whoever:\(password)".utf8).base64EncodedString()]
    }

    @Test func whoGivesNothingIsAskedForAPassword() async throws {
        let site = try await Site()
        for headers in [[:], basic("wrong"), ["Authorization": "Basic !"], ["Authorization": "token wrong"]] {
            let answer = try await site.browser().send("GET", offer, headers, "")
            #expect(answer.status == 401 && answer.header("www-authenticate")?.hasPrefix("Basic") == true)
        }
        #expect(site.launcher.now.calls == [])
    }

    @Test func aTokenOrASessionIsThePasswordAndTheLauncherJudges() async throws {
        let site = try await Site()
        site.launcher.change { $0.outage = LauncherError(.refused, "This needs “edit”.") }
        let token = try await site.accounts.makeToken(account: "alice", note: "", scopes: ["self"], lifetime: nil)
        let browser = try await site.browser(loggedInAs: "alice")
        let session = try #require(browser.cookies["__Host-berth-session"])
        for headers in [basic(token.secret), basic(session), ["Authorization": "token \(token.secret)"]] {
            let answer = try await site.browser().send("GET", offer, headers, "")
            #expect(answer.status == 403 && answer.header("content-type")?.hasPrefix("text/plain") == true)
            #expect(answer.body == "This needs “edit”.\n")
        }
        #expect(site.launcher.now.calls.filter { $0 == OpenGit.name }.count == 3)
        let narrow = try await site.accounts.makeToken(account: "alice", note: "", scopes: ["read:users"], lifetime: nil)
        #expect(try await site.browser().send("GET", offer, basic(narrow.secret), "").status == 403)
        #expect(site.launcher.now.calls.filter { $0 == OpenGit.name }.count == 3)
    }

    /// Notebooks are on the same site and have the cookie sent along.
    @Test func aCookieAlonePushesNothing() async throws {
        let site = try await Site()
        let browser = try await site.browser(loggedInAs: "alice")
        let answer = try await browser.send(
            "POST", "/hub/git/alice/lab.git/git-receive-pack", ["Content-Type": "application/x-git-receive-pack-request"], "0000")
        #expect(answer.status == 403)
        #expect(!site.launcher.now.calls.contains(OpenGit.name))
    }

    @Test func onlyTheSmartProtocolIsSpoken() async throws {
        let site = try await Site()
        let token = try await site.accounts.makeToken(account: "alice", note: "", scopes: ["self"], lifetime: nil)
        let headers = basic(token.secret)
        #expect(try await site.browser().send("GET", "/hub/git/alice/lab.git/info/refs", headers, "").status == 403)
        #expect(try await site.browser().send("GET", "/hub/git/alice/lab.git/HEAD", headers, "").status == 404)
        #expect(try await site.browser().send("POST", "/hub/git/alice/lab.git/git-upload-pack", headers, "0000").status == 415)
        let compressed = headers.merging(["Content-Type": "application/x-git-upload-pack-request", "Content-Encoding": "br"]) { $1 }
        #expect(try await site.browser().send("POST", "/hub/git/alice/lab.git/git-upload-pack", compressed, "0000").status == 415)
    }

    @Test func theAddressIsTheSameForEverybody() {
        #expect(GitRoutes.address(of: "lab", for: "alice", site: "https://h") == "https://h/hub/git/alice/lab.git")
        #expect(GitRoutes.address(of: "bob/lab", for: "alice", site: "https://h") == "https://h/hub/git/bob/lab.git")
    }

    @Test func aPasswordMayHaveColons() {
        #expect(BasicCredentials("basic " + Data("a:b:c".utf8).base64EncodedString())?.password == "b:c")
        #expect(BasicCredentials("Basic " + Data("ab".utf8).base64EncodedString()) == nil)
    }
}

/// The head of a CGI response, in whatever pieces it comes.
@Suite struct CGIHeadTests {
    @Test(arguments: [1, 2, 7, 1000]) func itEndsWhereTheBodyBegins(size: Int) throws {
        let text = "Status: 403 Forbidden\r\nExpires: Fri, 01 Jan 1980 00:00:00 GMT\r\n\r\nbody\n\nmore"
        var head = CGIHead(), body = ""
        for start in stride(from: 0, to: text.utf8.count, by: size) {
            var piece = ByteBuffer(bytes: Array(text.utf8)[start..<min(start + size, text.utf8.count)])
            try head.take(&piece)
            body += String(buffer: piece)
        }
        #expect(head.status == 403 && head.isComplete && body == "body\n\nmore")
    }

    @Test(arguments: ["no field\n\n", "Status: none\n\n", String(repeating: "a", count: 20_000)])
    func whatIsNoneIsRefused(text: String) {
        var head = CGIHead(), bytes = ByteBuffer(string: text)
        #expect(throws: CGIHead.Malformed.self) { try head.take(&bytes) }
    }
}
