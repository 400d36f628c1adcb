import Testing

@testable import Proxy

@Suite("What the loops count")
struct MeasureTests {
    private func sum(_ scene: Scene) async -> ProxyMeasure {
        await scene.proxy.measure().reduce(into: ProxyMeasure()) { sum, next in
            sum.requests += next.requests
            sum.received += next.received
            sum.sent += next.sent
            sum.upstreamErrors += next.upstreamErrors
            sum.connections += next.connections
            sum.upgrades += next.upgrades
            sum.lag = max(sum.lag, next.lag)
        }
    }

    @Test("requests, bytes, open connections and upgrades")
    func counts() async throws {
        try await Scene.run { scene in
            let before = await sum(scene)
            #expect(before.requests == 0 && before.connections == 0 && before.sent == 0)
            let client = scene.connect()
            let fields = ["Host: hub.example.org", Scene.cookie, "Origin: \(Scene.origin)"] + UpgradeTests.upgrade
            let head = "GET /user/alice/socket HTTP/1.1\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n"
            #expect(client.ask(head)?.status == 101)
            client.write("ping")
            #expect(client.read(4) != nil)
            let open = await sum(scene)
            #expect(open.requests == 1 && open.connections == 1 && open.upgrades == 1)
            #expect(open.received == head.utf8.count + 4)
            #expect(open.sent > 4)
            client.finishWriting()
            _ = client.readToEnd()
            let closed = await sum(scene)
            #expect(closed.received == open.received && closed.sent == open.sent + 3)
            #expect(closed.upgrades == 0 && closed.upstreamErrors == 0 && closed.lag > 0)
        }
    }

    @Test("an upstream that is not who it should be")
    func errors() async throws {
        try await Scene.run { scene in
            scene.change { published in
                published.servers[ServerKey(owner: "alice")]?.uid = 4_000_000
            }
            #expect(scene.get("/user/alice/x", Scene.cookie)?.status == 502)
            #expect(await sum(scene).upstreamErrors == 1)
        }
    }

    @Test("a proxy that has stopped has nothing to say")
    func stopped() async throws {
        try await Scene.run { scene in
            await scene.proxy.stop(draining: 0)
            #expect(await scene.proxy.measure().isEmpty)
        }
    }
}
