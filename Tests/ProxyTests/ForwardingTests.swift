import Glibc
import Testing
import UnixSockets

@testable import Proxy

@Suite("Requests on their way through")
struct ForwardingTests {
    @Test("the hub sees what it needs, and nothing that a client made up")
    func hub() async throws {
        try await Scene.run { scene in
            let answer = try #require(
                scene.get(
                    "/hub/home?x=%2f", "X-Berth-User: root", "X-Forwarded-For: 6.6.6.6", "X-Real-IP: 6.6.6.6",
                    "X-Request-ID: mine", "Cookie: __Host-berth-session=s3cret; other=1", "Connection: X-Foo", "X-Foo: 1",
                    "Authorization: token t0ken"))
            #expect(answer.status == 200)
            #expect(answer.body.hasPrefix("GET /hub/home?x=%2f HTTP/1.1\r\nHost: hub.example.org\r\n"))
            #expect(!answer.body.contains("6.6.6.6"))
            #expect(!answer.body.contains("X-Foo"))
            #expect(!answer.body.contains("root"))
            #expect(Answer.field("cookie", in: answer.body) == "__Host-berth-session=s3cret; other=1")
            #expect(Answer.field("authorization", in: answer.body) == "token t0ken")
            #expect(Answer.fields("x-forwarded-for", in: answer.body) == ["127.0.0.1"])
            #expect(Answer.fields("x-real-ip", in: answer.body) == ["127.0.0.1"])
            #expect(Answer.fields("x-forwarded-proto", in: answer.body) == ["http"])
            #expect(Answer.fields("x-forwarded-host", in: answer.body) == ["hub.example.org"])
            #expect(Answer.fields("x-forwarded-port", in: answer.body) == ["443"])
            #expect(Answer.field("x-request-id", in: answer.body)?.count == 32)
            #expect(answer.field("strict-transport-security") == "max-age=60")
        }
    }

    @Test("a server sees who came and how, and no cookie or token of Berth's")
    func server() async throws {
        try await Scene.run { scene in
            let byCookie = try #require(
                scene.get(
                    "/user/alice/lab/tree/a%2Fb?q=%20", "Cookie: a=1; __Host-berth-session=s3cret; berth-x=2; b=3",
                    "X-Berth-Secret: guess", "x-berth-auth: token", "Authorization: Basic eDp5"))
            #expect(byCookie.body.hasPrefix("GET /user/alice/lab/tree/a%2Fb?q=%20 HTTP/1.1\r\n"))
            #expect(Answer.fields("x-berth-secret", in: byCookie.body) == ["door"])
            #expect(Answer.fields("x-berth-user", in: byCookie.body) == ["alice"])
            #expect(Answer.fields("x-berth-auth", in: byCookie.body) == ["cookie"])
            #expect(Answer.fields("cookie", in: byCookie.body) == ["a=1; b=3"])
            #expect(Answer.fields("authorization", in: byCookie.body) == ["Basic eDp5"])

            let byToken = try #require(scene.get("/user/alice/api/status", "authorization: BEARER t0ken"))
            #expect(byToken.status == 200)
            #expect(Answer.fields("x-berth-auth", in: byToken.body) == ["token"])
            #expect(Answer.fields("authorization", in: byToken.body) == [])
        }
    }

    @Test("a named server is found by its name, and its whole path is forwarded")
    func named() async throws {
        try await Scene.run { scene in
            let gpu = try TestUpstream(path: scene.directory + "/gpu.sock") { stream in
                while let head = stream.readHead() {
                    stream.write("HTTP/1.1 200 OK\r\nContent-Length: \(head.utf8.count)\r\nX-Named: yes\r\n\r\n\(head)")
                }
            }
            defer { gpu.stop() }
            scene.change {
                $0.servers[ServerKey(owner: "alice", name: "gpu")] = ServerRoute(
                    socketDirectory: scene.directory, socketName: "gpu.sock", uid: 0, secret: "other")
            }
            let answer = try #require(scene.get("/user/alice/%67pu/api", Scene.cookie))
            #expect(answer.field("x-named") == "yes")
            #expect(answer.body.hasPrefix("GET /user/alice/%67pu/api HTTP/1.1\r\n"))
            #expect(Answer.field("x-berth-secret", in: answer.body) == "other")
            #expect(scene.get("/user/alice/lab", Scene.cookie)?.field("x-named") == nil)
        }
    }

    @Test("what a server answers is confined to its path")
    func confined() async throws {
        try await Scene.run { scene in
            let answer = try #require(scene.get("/user/alice/cookies", Scene.cookie))
            #expect(
                Answer.fields("set-cookie", in: answer.head) == [
                    "a=1; Path=/user/alice/; Secure; SameSite=Lax",
                    "b=2; HttpOnly; Path=/user/alice/api; Secure; SameSite=Lax",
                ])
            for name in [
                "clear-site-data", "service-worker-allowed", "cross-origin-opener-policy", "x-berth-secret", "x-accel-redirect", "x-hop",
            ] {
                #expect(answer.field(name) == nil, "\(name)")
            }
            #expect(Answer.fields("strict-transport-security", in: answer.head) == ["max-age=60"])
            #expect(answer.field("x-stays") == "yes")
        }
    }

    @Test("connections are kept on both sides")
    func keepAlive() async throws {
        try await Scene.run({ $0.loops = 1 }) { scene in
            let client = scene.connect()
            for _ in 0..<50 {
                #expect(client.ask(scene.request("GET /user/alice/chunks", Scene.cookie))?.status == 200)
                let post = scene.request(
                    "POST /user/alice/sink", Scene.cookie, "Sec-Fetch-Site: same-origin", "Content-Length: 3")
                #expect(client.ask(post + "abc")?.body == "3")
            }
            #expect(scene.server.accepted == 1)
        }
    }

    @Test("a kept connection that its server has closed is not used, or its request is sent again")
    func stale() async throws {
        try await Scene.run({ $0.loops = 1 }) { scene in
            let client = scene.connect()
            for _ in 0..<200 {
                // This upstream closes right after its answer without having said so.
                #expect(client.ask(scene.request("GET /user/alice/leaves", Scene.cookie))?.status == 200)
                #expect(client.ask(scene.request("GET /user/alice/x", Scene.cookie))?.status == 200)
            }
        }
    }

    @Test("pipelined requests are answered in their order")
    func pipelined() async throws {
        try await Scene.run { scene in
            let client = scene.connect()
            var all = ""
            for number in 0..<100 {
                all += scene.request("GET \(number % 2 == 0 ? "/user/alice" : "/hub")/p\(number)", Scene.cookie)
            }
            client.write(all)
            for number in 0..<100 {
                #expect(client.readAnswer()?.body.contains("/p\(number) HTTP/1.1") == true)
            }
        }
    }

    @Test("HTTP/1.0 is answered as it asks")
    func http10() async throws {
        try await Scene.run { scene in
            let client = scene.connect()
            client.write("GET /hub/x HTTP/1.0\r\n\r\n")
            let answer = try #require(client.readAnswer())
            #expect(answer.field("connection") == "close")
            #expect(answer.body.hasPrefix("GET /hub/x HTTP/1.0\r\nHost: hub.example.org\r\n"))
            #expect(client.isAtEnd())
            let kept = scene.connect()
            for _ in 0..<2 {
                #expect(kept.ask("GET /hub/x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")?.field("connection") == "keep-alive")
            }
            // Chunks are nothing that it could read.
            #expect(scene.connect().ask("GET /hub/chunks HTTP/1.0\r\n\r\n")?.status == 502)
        }
    }

    @Test("a front end behind the Unix socket is believed, and only its last word")
    func front() async throws {
        try await Scene.run { scene in
            let answer = try #require(
                try scene.connectFront().ask(
                    scene.request("GET /hub/x", "X-Forwarded-For: 1.1.1.1, 10.1.2.3", "X-Forwarded-Proto: https")))
            #expect(Answer.fields("x-forwarded-for", in: answer.body) == ["10.1.2.3"])
            #expect(Answer.fields("x-real-ip", in: answer.body) == ["10.1.2.3"])
            #expect(Answer.fields("x-forwarded-proto", in: answer.body) == ["https"])
        }
    }

    @Test("a process that is no front end is turned away from the Unix socket")
    func notFront() async throws {
        try await Scene.run({ $0.frontEnds = [getuid() + 1] }) { scene in
            let stranger = try scene.connectFront()
            #expect(stranger.isAtEnd())
            #expect(scene.log.text.contains("is not a front end"))
            #expect(scene.get("/hub/x")?.status == 200)
        }
        try await Scene.run({ $0.frontEnds = [getuid()] }) { scene in
            let front = try scene.connectFront()
            #expect(front.ask(scene.request("GET /hub/x"))?.status == 200)
        }
    }

    @Test("a server gets the API from its socket, nothing else, and is believed nothing")
    func apiDoor() async throws {
        try await Scene.run({ $0.listeners.append(.api(path: $0.hubSocket.replacing("hub.sock", with: "api.sock"))) }) { scene in
            func ask(_ line: String, _ fields: String...) throws -> Answer? {
                let text = ([line + " HTTP/1.1", "Host: %2Frun%2Fapi.sock"] + fields).joined(separator: "\r\n") + "\r\n\r\n"
                return Stream(try connectToUnixSocket(at: scene.directory + "/api.sock")).ask(text)
            }
            let answer = try #require(try ask("GET /hub/api?x", "X-Forwarded-For: 10.1.2.3", "X-Forwarded-Proto: http"))
            #expect(answer.body.hasPrefix("GET /hub/api?x HTTP/1.1"))
            #expect(Answer.fields("x-forwarded-for", in: answer.body) == ["uid:\(getuid())"])
            #expect(Answer.fields("x-forwarded-proto", in: answer.body) == ["https"])
            #expect(try ask("GET /hub/api/users/alice")?.status == 200)
            for target in ["/", "/hub/home", "/hub/apis", "/user/alice/x", "/services/a/", "/hub"] {
                #expect(try ask("GET \(target)", Scene.cookie)?.status == 404, "\(target)")
            }
            #expect(!scene.proxy.boundAddresses.contains { $0.hasSuffix("api.sock") })
        }
    }

    @Test("each request leaves one line in the log, without its query")
    func log() async throws {
        try await Scene.run { scene in
            _ = scene.get("/user/alice/x?token=t0ken", Scene.cookie)
            #expect(eventually { scene.log.text.contains("path=/user/alice/x status=200 upstream-ms=") })
            #expect(scene.log.text.contains("user=alice"))
            for secret in ["t0ken", "s3cret", "door"] { #expect(!scene.log.text.contains(secret)) }
        }
    }

    @Test("who had traffic is reported")
    func activity() async throws {
        try await Scene.run { scene in
            _ = scene.get("/user/alice/x", Scene.cookie)
            _ = scene.get("/user/alice/x", "Authorization: token t0ken")
            var expected = Activity()
            expected.sessions = ["session-1"]
            expected.tokens = ["token-1"]
            expected.servers = [ServerKey(owner: "alice")]
            #expect(eventually { scene.activity.sum == expected })
        }
    }

    @Test("an open WebSocket is use, though nothing passes")
    func openWebSocket() async throws {
        try await Scene.run { scene in
            let client = scene.connect()
            let head = "GET /user/alice/socket HTTP/1.1\r\nHost: hub.example.org\r\nAuthorization: token t0ken\r\n"
            #expect(client.ask(head + "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n")?.status == 101)
            #expect(eventually { scene.activity.count(of: ServerKey(owner: "alice")) >= 3 })
            client.close()
        }
    }
}
