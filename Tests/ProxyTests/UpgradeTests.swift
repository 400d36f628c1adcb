import Testing

@testable import Proxy

@Suite("Upgraded connections")
struct UpgradeTests {
    static let upgrade = ["Connection: Upgrade", "Upgrade: websocket"]

    private func open(_ scene: Scene, _ path: String, _ fields: String...) -> (Stream, Answer?) {
        let client = scene.connect()
        let all = (fields + Self.upgrade).map { $0 + "\r\n" }.joined()
        return (client, client.ask("GET \(path) HTTP/1.1\r\nHost: hub.example.org\r\n\(all)\r\n"))
    }

    @Test("bytes go both ways, in any number, and each way ends on its own")
    func echo() async throws {
        try await Scene.run { scene in
            let (client, answer) = open(scene, "/user/alice/socket", Scene.cookie, "Origin: \(Scene.origin)")
            #expect(answer?.status == 101)
            #expect(answer?.field("upgrade") == "websocket")
            client.write("ping")
            #expect(client.read(4).map { String(decoding: $0, as: UTF8.self) } == "ping")
            let block = (0..<(256 << 10)).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            for _ in 0..<32 {
                client.write(block)
                #expect(client.read(block.count) == block)
            }
            client.finishWriting()
            #expect(String(decoding: client.readToEnd(), as: UTF8.self) == "bye")
        }
    }

    @Test("a cookie needs the site's own Origin; a token does not")
    func origin() async throws {
        try await Scene.run { scene in
            #expect(open(scene, "/user/alice/socket", Scene.cookie).1?.status == 403)
            #expect(open(scene, "/user/alice/socket", Scene.cookie, "Origin: https://evil.example").1?.status == 403)
            #expect(open(scene, "/user/alice/socket", Scene.cookie, "Origin: \(Scene.origin).evil.example").1?.status == 403)
            #expect(open(scene, "/user/alice/socket", "Sec-Fetch-Site: same-origin", Scene.cookie).1?.status == 403)
            #expect(open(scene, "/user/alice/socket", "Authorization: token t0ken").1?.status == 101)
            #expect(open(scene, "/user/alice/socket", "Authorization: token t0ken", "Origin: vscode://x").1?.status == 101)
            #expect(open(scene, "/user/alice/socket?token=t0ken").1?.status == 403)
            #expect(open(scene, "/user/alice/socket").1?.status == 403)
        }
    }

    @Test("no one changes to HTTP/2")
    func h2c() async throws {
        try await Scene.run { scene in
            let answer = scene.get("/user/alice/socket", Scene.cookie, "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c")
            #expect(answer?.status == 200)
            #expect(answer?.body == "no upgrade")
        }
    }

    @Test("the connection ends with the session, the token or the server that it rests on")
    func cutOff() async throws {
        try await Scene.run { scene in
            let (bySession, first) = open(scene, "/user/alice/socket", Scene.cookie, "Origin: \(Scene.origin)")
            let (byToken, second) = open(scene, "/user/alice/socket", "Authorization: token t0ken")
            #expect(first?.status == 101)
            #expect(second?.status == 101)
            scene.change { $0.sessions = $0.sessions.filter { $0.value.session != "session-1" } }
            #expect(bySession.isAtEnd())
            byToken.write("still")
            #expect(byToken.read(5) != nil)
            scene.change { $0.servers = [:] }
            #expect(byToken.isAtEnd())
        }
    }

    @Test("no server: a refusal in HTTP")
    func notRunning() async throws {
        try await Scene.run { scene in
            scene.change { $0.servers = [:] }
            let (client, answer) = open(scene, "/user/alice/socket", Scene.cookie, "Origin: \(Scene.origin)")
            #expect(answer?.status == 424)
            #expect(client.isAtEnd())
        }
    }
}
