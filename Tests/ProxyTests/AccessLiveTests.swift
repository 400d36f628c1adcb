import Testing

@testable import Proxy

@Suite("Who may pass, and what the others are told")
struct AccessLiveTests {
    @Test("without a session a browser is sent to log in and comes back; a program is told 403")
    func anonymous() async throws {
        try await Scene.run { scene in
            let page = try #require(scene.get("/user/alice/lab/tree/a%20b?x=1&y=2", "Accept: text/html"))
            #expect(page.status == 302)
            #expect(page.field("location") == "/hub/login?next=/user/alice/lab/tree/a%2520b%3Fx%3D1%26y%3D2")
            for (path, field) in [
                ("/user/alice/api/status", "Accept: */*"), ("/user/alice/lab", "Accept: application/json"),
                ("/user/alice/static/x.js", "Sec-Fetch-Mode: no-cors"), ("/user/alice/api/x?token=t0ken", "X: y"),
                ("/user/alice/api/status", "Authorization: token wrong"),
                ("/user/alice/api/status", "Cookie: __Host-berth-session=wrong"),
            ] {
                let answer = try #require(scene.get(path, field))
                #expect(answer.status == 403, "\(path) \(field)")
                #expect(answer.body == #"{"status":403,"message":"log in first, or send a valid API token"}"#)
            }
            let post = scene.connect().ask(scene.request("POST /user/alice/lab", "Content-Length: 0"))
            #expect(post?.status == 403)
            #expect(scene.server.accepted == 0)
        }
    }

    @Test("nobody passes to another's server")
    func strangers() async throws {
        try await Scene.run { scene in
            let bob = "Cookie: __Host-berth-session=b0b"
            #expect(scene.get("/user/alice/api/status", bob)?.status == 403)
            let page = try #require(scene.get("/user/alice/lab", bob))
            #expect(page.status == 403)
            #expect(page.field("content-type") == "text/html; charset=utf-8")
            #expect(scene.get("/user/alice/api", "Authorization: token nothing")?.status == 403)
            #expect(scene.get("/user/%61lice/api", bob)?.status == 403)
            #expect(scene.get("/user/alice%2F..%2Fbob/api", bob)?.status == 403)
            #expect(scene.server.accepted == 0)
        }
    }

    @Test(
        "with a cookie, what changes something must come from the site itself",
        arguments: [
            ("Sec-Fetch-Site: same-origin", 200), ("Sec-Fetch-Site: none", 200), ("Sec-Fetch-Site: cross-site", 403),
            ("Sec-Fetch-Site: same-site", 403), ("Origin: https://hub.example.org", 200), ("Origin: null", 403),
            ("Origin: https://hub.example.org.evil", 403), ("Referer: https://hub.example.org/user/alice/lab", 200),
            ("Referer: https://hub.example.org.evil/", 403), ("X-Nothing: 1", 403),
        ])
    func crossSite(field: String, status: Int) async throws {
        try await Scene.run { scene in
            let answer = scene.connect().ask(
                scene.request("DELETE /user/alice/api/x", Scene.cookie, field))
            #expect(answer?.status == status)
        }
    }

    @Test("a server that does not run: the hub's page for a person, 424 for a program")
    func notRunning() async throws {
        try await Scene.run { scene in
            scene.server.stop()
            let page = try #require(scene.get("/user/alice/lab?x=1", Scene.cookie))
            #expect(page.body.hasPrefix("GET /hub/user/alice/lab?x=1 HTTP/1.1"))
            #expect(page.body.contains("__Host-berth-session=s3cret"))
            #expect(!page.body.contains("X-Berth"))
            for field in ["Accept: application/json", "Sec-Fetch-Mode: cors"] {
                #expect(scene.get("/user/alice/lab", Scene.cookie, field)?.status == 424)
            }
            #expect(scene.get("/user/alice/api/kernels", Scene.cookie)?.status == 424)
            scene.change { $0.servers = [:] }
            #expect(scene.get("/user/alice/api/kernels", Scene.cookie)?.status == 424)
        }
    }

    @Test("paths that the gateway answers itself")
    func own() async throws {
        try await Scene.run { scene in
            #expect(scene.get("/")?.field("location") == "/hub/")
            #expect(scene.get("/user/alice/logout")?.field("location") == "/hub/logout")
            #expect(scene.get("/user/alice?x=1", Scene.cookie)?.field("location") == "/user/alice/?x=1")
            #expect(scene.get("/favicon.ico")?.body.hasPrefix("GET /favicon.ico ") == true)
        }
    }

    @Test("a token in a link opens no page, and goes no further")
    func tokenInLink() async throws {
        try await Scene.run { scene in
            #expect(scene.get("/user/alice/lab?token=t0ken")?.status == 302)
            let answer = try #require(scene.get("/user/alice/x?a=1&token=t0ken&b=2", Scene.cookie))
            #expect(answer.body.hasPrefix("GET /user/alice/x?a=1&b=2 "))
            #expect(scene.get("/user/alice/x?token=t0ken", Scene.cookie)?.body.hasPrefix("GET /user/alice/x HTTP") == true)
            #expect(scene.get("/user/alice/x?token=mine", Scene.cookie)?.body.contains("?token=mine ") == true)
        }
    }
}
