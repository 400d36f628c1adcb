import Foundation
import Testing

@testable import Proxy

@Suite("Limits, and the end")
struct LimitTests {
    @Test("a head that trickles in is cut off")
    func slowHead() async throws {
        try await Scene.run({ $0.limits.headTime = 0.2 }) { scene in
            let client = scene.connect()
            client.write("GET / HTTP/1.1\r\nHost:")
            let answer = try #require(client.readAnswer())
            #expect(answer.status == 408)
            #expect(client.isAtEnd())
        }
    }

    @Test("a connection without requests is closed after its time")
    func idle() async throws {
        try await Scene.run({ $0.limits.idle = 0.2 }) { scene in
            let client = scene.connect()
            #expect(client.ask(scene.request("GET /hub/x"))?.status == 200)
            #expect(client.isAtEnd())
            #expect(scene.connect().isAtEnd())
        }
    }

    @Test("an upload that stands still is cut off")
    func stall() async throws {
        try await Scene.run({ $0.limits.stall = 0.2 }) { scene in
            let client = scene.connect()
            client.write(
                scene.request(
                    "PUT /user/alice/sink", Scene.cookie, "Sec-Fetch-Site: none", "Content-Length: 10") + "abc")
            #expect(client.isAtEnd())
        }
    }

    @Test("a head of just the limit passes, one byte more does not")
    func headSize() async throws {
        try await Scene.run { scene in
            let start = "GET /hub/x HTTP/1.1\r\nHost: h\r\nX-Filler: "
            let room = (32 << 10) - start.utf8.count - 4
            // The limit counts what a head may hold before its end is seen.
            let fits = start + String(repeating: "a", count: room) + "\r\n\r\n"
            #expect(scene.connect().ask(fits)?.status == 200)
            let client = scene.connect()
            client.write(start + String(repeating: "a", count: room + 1) + "\r\n\r\n")
            #expect(client.readAnswer()?.status == 431)
        }
    }

    @Test("a server that announces an answer for ever keeps nobody else waiting")
    func endlessInterimResponses() async throws {
        try await Scene.run({ $0.loops = 1 }) { scene in
            let client = scene.connect()
            client.write("GET /user/alice/chatter HTTP/1.0\r\nHost: h\r\n\(Scene.cookie)\r\n\r\n")
            #expect(client.readAnswer()?.status == 502)
            #expect(scene.get("/hub/x")?.status == 200)
        }
    }

    @Test("a stop closes what is idle at once, and lets a request finish")
    func drain() async throws {
        try await Scene.run({ $0.loops = 1 }) { scene in
            let idle = scene.connect()
            #expect(idle.ask(scene.request("GET /hub/x"))?.status == 200)
            let busy = scene.connect()
            busy.write(
                scene.request("PUT /user/alice/sink", Scene.cookie, "Sec-Fetch-Site: none", "Content-Length: 10") + "abc")
            #expect(eventually { scene.server.accepted == 1 })
            async let stopped: Void = scene.proxy.stop(draining: 10)
            // Not on a thread that the stop may need.
            let (idleEnded, answer, busyEnded) = await onThread {
                let idleEnded = idle.isAtEnd()
                busy.write("defghij")
                return (idleEnded, busy.readAnswer(), busy.isAtEnd())
            }
            await stopped
            #expect(idleEnded)
            #expect(answer?.body == "10")
            #expect(answer?.field("connection") == "close")
            #expect(busyEnded)
        }
    }

    @Test("a stop does not wait for ever")
    func drainLimit() async throws {
        try await Scene.run { scene in
            let busy = scene.connect()
            busy.write(scene.request("GET /user/alice/events", Scene.cookie))
            #expect(busy.read(through: "data: 1\n\n") != nil)
            await scene.proxy.stop(draining: 0.1)
            #expect(busy.isAtEnd())
        }
    }

    @Test("plain HTTP is refused where others could listen in; a bad address and a bad origin have their own words")
    func configuration() throws {
        func start(_ listener: ProxyConfiguration.Listener, origin: String = "https://x") throws {
            let configuration = ProxyConfiguration(listeners: [listener], publicOrigin: origin, hubSocket: "/none")
            try Proxy(configuration: configuration, logger: .init(label: "x")).start()
        }
        #expect(throws: ProxyError.plainBeyondLoopback("0.0.0.0:0")) { try start(.http(address: "0.0.0.0", port: 0)) }
        #expect(throws: ProxyError.address("example.org")) { try start(.http(address: "example.org", port: 0)) }
        #expect(throws: ProxyError.publicOrigin("https://x/y")) {
            try start(.http(address: "127.0.0.1", port: 0), origin: "https://x/y")
        }
        #expect(throws: ProxyError.missingCertificate) { try start(.https(address: "127.0.0.1", port: 0)) }
    }
}
