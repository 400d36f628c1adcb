import Foundation
import Testing

@testable import Proxy

@Suite("Bodies")
struct BodyTests {
    @Test("64 MiB come down and the connections stay usable", arguments: [false, true])
    func down(slowly: Bool) async throws {
        try await Scene.run({ $0.loops = 1 }) { scene in
            let client = scene.connect()
            for _ in 0..<2 {
                client.write(scene.request("GET /user/alice/big", Scene.cookie))
                let head = try #require(client.readHead())
                #expect(Answer.field("content-length", in: head) == "\(64 << 20)")
                // The upstream fills every buffer and has to wait.
                if slowly { usleep(100_000) }
                #expect(client.skip(64 << 20) == 64 << 20)
            }
            #expect(client.ask(scene.request("GET /user/alice/x", Scene.cookie))?.status == 200)
            #expect(scene.server.accepted == 1)
        }
    }

    @Test("64 MiB go up and the connections stay usable")
    func up() async throws {
        try await Scene.run({ $0.loops = 1 }) { scene in
            let client = scene.connect()
            let block = [UInt8](repeating: 0x42, count: 1 << 20)
            for _ in 0..<2 {
                client.write(
                    scene.request(
                        "PUT /user/alice/sink", Scene.cookie, "Sec-Fetch-Site: same-origin",
                        "Content-Length: \(64 << 20)"))
                for _ in 0..<64 { client.write(block) }
                #expect(client.readAnswer()?.body == "\(64 << 20)")
            }
            #expect(scene.server.accepted == 1)
        }
    }

    @Test("chunks and trailers pass both ways as they are")
    func chunks() async throws {
        try await Scene.run { scene in
            let client = scene.connect()
            for _ in 0..<2 {
                let down = try #require(client.ask(scene.request("GET /user/alice/chunks", Scene.cookie)))
                #expect(down.body == "hello world[X-Sum: 11\r\n]" || down.body.hasPrefix("hello world[X-Sum: 11"))
                #expect(down.field("trailer") == "X-Sum")
                client.write(
                    scene.request(
                        "POST /user/alice/x", Scene.cookie, "Sec-Fetch-Site: same-origin", "Transfer-Encoding: chunked"))
                for piece in ["5;a", "=b\r\nhel", "lo\r", "\n0\r\n", "X-T: 1\r\n\r", "\n"] {
                    client.write(piece)
                    usleep(1000)
                }
                #expect(client.readAnswer()?.body.hasSuffix("5;a=b\r\nhello\r\n0\r\nX-T: 1\r\n\r\n") == true)
            }
        }
    }

    @Test("malformed chunks are refused before the upstream answers")
    func badChunks() async throws {
        try await Scene.run { scene in
            let client = scene.connect()
            let answer = client.ask(
                scene.request(
                    "POST /user/alice/x", Scene.cookie, "Sec-Fetch-Site: same-origin", "Transfer-Encoding: chunked")
                    + "5\nhello\r\n0\r\n\r\n")
            #expect(answer?.status == 400)
            #expect(client.isAtEnd())
        }
    }

    @Test("a client that asks first is told to go on by the upstream")
    func expectContinue() async throws {
        try await Scene.run { scene in
            let client = scene.connect()
            client.write(
                scene.request(
                    "PUT /user/alice/sink", Scene.cookie, "Sec-Fetch-Site: same-origin", "Content-Length: 5",
                    "Expect: 100-continue"))
            #expect(client.readAnswer()?.status == 100)
            client.write("hello")
            #expect(client.readAnswer()?.body == "5")
            // The hub's framework leaves that word to the proxy.
            let toHub = scene.connect()
            toHub.write(scene.request("PUT /hub/x", "Content-Length: 5", "Expect: 100-continue"))
            #expect(toHub.readAnswer()?.status == 100)
            toHub.write("hello")
            #expect(toHub.readAnswer()?.body.hasSuffix("\r\n\r\nhello") == true)
            // Refused by the proxy itself: no body is waited for.
            let refused = scene.connect().ask(
                scene.request("PUT /user/alice/sink", "Content-Length: 5", "Expect: 100-continue"))
            #expect(refused?.status == 403)
        }
    }

    @Test("an answer that comes before the upload is over reaches the client; nothing is reused")
    func early() async throws {
        try await Scene.run({ $0.loops = 1 }) { scene in
            for _ in 0..<20 {
                let client = scene.connect()
                client.write(
                    scene.request(
                        "PUT /user/alice/early", Scene.cookie, "Sec-Fetch-Site: same-origin",
                        "Content-Length: \(8 << 20)"))
                let answer = try #require(client.readAnswer())
                #expect(answer.status == 413)
                #expect(answer.body == "no!!\n")
                #expect(answer.field("connection") == "close")
                client.write([UInt8](repeating: 0, count: 1 << 20))
            }
            #expect(scene.get("/user/alice/x", Scene.cookie)?.status == 200)
        }
    }

    @Test("a response that is cut off is not made to look whole")
    func cut() async throws {
        try await Scene.run { scene in
            let client = scene.connect()
            #expect(client.ask(scene.request("GET /user/alice/cut", Scene.cookie)) == nil)
            let malformed = scene.get("/user/alice/malformed", Scene.cookie)
            #expect(malformed?.status == 502)
        }
    }

    @Test("a client that goes away in the middle harms nobody")
    func clientLeaves() async throws {
        try await Scene.run({ $0.loops = 1 }) { scene in
            for _ in 0..<20 {
                let down = scene.connect()
                down.write(scene.request("GET /user/alice/big", Scene.cookie))
                _ = down.skip(1 << 20)
                down.reset()
                let up = scene.connect()
                up.write(
                    scene.request(
                        "PUT /user/alice/sink", Scene.cookie, "Sec-Fetch-Site: same-origin",
                        "Content-Length: \(8 << 20)"))
                up.write([UInt8](repeating: 0, count: 1 << 20))
                up.reset()
            }
            #expect(scene.get("/user/alice/x", Scene.cookie)?.status == 200)
        }
    }

    @Test("a body without a length ends with the connection")
    func untilClose() async throws {
        try await Scene.run { scene in
            let answer = try #require(scene.get("/user/alice/untilclose", Scene.cookie))
            #expect(answer.body == "until the end")
            #expect(answer.field("connection") == "close")
        }
    }

    @Test("events pass at once, and the upstream learns that the client has left")
    func events() async throws {
        try await Scene.run { scene in
            let client = scene.connect()
            client.write(scene.request("GET /user/alice/events", Scene.cookie, "Accept: text/event-stream"))
            #expect(client.read(through: "data: 1\n\n") != nil)
            #expect(!scene.departures.wait(seconds: 0.2), "the upstream was left while the client was there")
            client.reset()
            #expect(scene.departures.wait(seconds: 30))
        }
    }

    @Test("a client that has said all still gets its answer")
    func halfClose() async throws {
        try await Scene.run { scene in
            let client = scene.connect()
            client.write(scene.request("GET /user/alice/big", Scene.cookie))
            client.finishWriting()
            #expect(client.readHead() != nil)
            #expect(client.skip(64 << 20) == 64 << 20)
            #expect(client.isAtEnd())
        }
    }
}
