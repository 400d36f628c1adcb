import TLS
import Testing

@testable import Proxy

@Suite("Others' servers, tokens in addresses, and services")
struct ReachTests {
    private static let bob = "Cookie: __Host-berth-session=b0b"

    private func grant(_ adjust: (inout ServerReach) -> Void) -> SessionGrant {
        var reach = ServerReach.own
        adjust(&reach)
        return SessionGrant(account: "bob", servers: reach, session: "session-2")
    }

    @Test("a session opens another's server where its reach says so, and the server is told who comes")
    func others() async throws {
        try await Scene.run { scene in
            #expect(scene.get("/user/alice/api/x", Self.bob)?.status == 403)
            for adjust: (inout ServerReach) -> Void in [
                { $0.all = true }, { $0.users = ["alice"] }, { $0.servers = [ServerKey(owner: "alice")] },
            ] {
                scene.change { $0.sessions[Digest(sha256: "b0b".utf8)] = grant(adjust) }
                let answer = try #require(scene.get("/user/alice/api/x", Self.bob))
                #expect(
                    answer.status == 200 && answer.body.contains("X-Berth-User: bob\r\n") && answer.body.contains("X-Berth-Auth: cookie"))
            }
            scene.change { $0.sessions[Digest(sha256: "b0b".utf8)] = grant { $0.servers = [ServerKey(owner: "alice", name: "two")] } }
            #expect(scene.get("/user/alice/api/x", Self.bob)?.status == 403)
            // Another site's request stays refused, whatever is open.
            scene.change { $0.sessions[Digest(sha256: "b0b".utf8)] = grant { $0.all = true } }
            #expect(scene.connect().ask(scene.request("DELETE /user/alice/api/x", Self.bob, "Sec-Fetch-Site: cross-site"))?.status == 403)
        }
    }

    @Test("visits to others' servers are reported, those to one's own are not")
    func visits() async throws {
        try await Scene.run { scene in
            scene.change { $0.sessions[Digest(sha256: "b0b".utf8)] = grant { $0.users = ["alice"] } }
            _ = scene.get("/user/alice/api/x", Scene.cookie)
            _ = scene.get("/user/alice/api/x", Self.bob)
            let visit = Activity.Visit(account: "bob", credential: "session-2", server: ServerKey(owner: "alice"))
            #expect(eventually { scene.activity.sum.visits == [visit] })
        }
    }

    @Test("what is taken from a session is cut off, and nothing else of it")
    func taken() async throws {
        try await Scene.run { scene in
            scene.change { published in
                published.servers[ServerKey(owner: "bob")] = published.servers[ServerKey(owner: "alice")]
                published.sessions[Digest(sha256: "b0b".utf8)] = grant { $0.users = ["alice"] }
            }
            func socket(_ path: String) -> Stream {
                let stream = scene.connect()
                let answer = stream.ask(
                    scene.request("GET \(path)", Self.bob, "Origin: \(Scene.origin)", "Connection: Upgrade", "Upgrade: websocket"))
                #expect(answer?.status == 101)
                return stream
            }
            let others = socket("/user/alice/socket"), own = socket("/user/bob/socket")
            scene.change { $0.sessions[Digest(sha256: "b0b".utf8)] = grant { _ in } }
            let isCut = await onThread { others.isAtEnd() }
            #expect(isCut)
            own.write("still here")
            #expect(own.read(10).map { String(decoding: $0, as: UTF8.self) } == "still here")
        }
    }

    @Test(
        "a token in an address counts where that is configured, and goes no further in any case",
        arguments: [
            (ProxyConfiguration.TokenInURL.never, 403, 403), (.upgrades, 403, 101), (.always, 200, 101),
        ])
    func tokenInURL(setting: ProxyConfiguration.TokenInURL, plain: Int, upgrade: Int) async throws {
        try await Scene.run({ $0.tokenInURL = setting }) { scene in
            let answer = try #require(scene.get("/user/alice/api/x?a=1&token=t0ken", "Accept: application/json"))
            #expect(answer.status == plain)
            if plain == 200 { #expect(answer.body.hasPrefix("GET /user/alice/api/x?a=1 HTTP")) }
            let opened = scene.connect().ask(
                scene.request("GET /user/alice/socket?token=t0ken", "Connection: Upgrade", "Upgrade: websocket"))
            #expect(opened?.status == upgrade)
            // On the way to log in, too.
            #expect(scene.get("/user/alice/lab?token=nothing&a=1")?.field("location")?.contains("token") != true)
            #expect(eventually { scene.log.text.contains("path=/user/alice/socket") })
            #expect(!scene.log.text.contains("t0ken"))
        }
    }

    @Test("a service is there for everybody, sees no cookie of Berth's, and its own stay below its path")
    func service() async throws {
        let directory = "/tmp/berth-service-\(UInt32.random(in: 0 ... .max))"
        let unix = try TestUpstream(path: directory + ".sock", serve: Site.serve)
        defer { unix.stop() }
        let tcp = try TestUpstream(path: nil, serve: Site.serve)
        defer { tcp.stop() }
        try await Scene.run(
            {
                $0.services = [
                    .init(name: "board", address: .unix(path: directory + ".sock")), .init(name: "tcp", address: .loopback(port: tcp.port)),
                    .init(name: "gone", address: .unix(path: "/nonexistent")),
                ]
            }
        ) { scene in
            let answer = try #require(scene.get("/services/board/x?a=1", Scene.cookie + "; own=1", "Authorization: token t0ken"))
            #expect(answer.status == 200 && answer.body.hasPrefix("GET /services/board/x?a=1 HTTP/1.1"))
            #expect(answer.body.contains("Cookie: own=1\r\n") && answer.body.contains("Authorization: token t0ken"))
            #expect(!answer.body.contains("s3cret") && !answer.body.contains("X-Berth"))
            #expect(answer.body.contains("X-Forwarded-Proto: http\r\n"))
            #expect(scene.get("/services/board?x")?.field("location") == "/services/board/?x")
            #expect(scene.get("/services/tcp/x")?.body.hasPrefix("GET /services/tcp/x HTTP/1.1") == true)
            #expect(scene.get("/services/gone/x")?.status == 502)
            #expect(scene.get("/services/nobody/x")?.body.hasPrefix("GET /services/nobody/x") == true)
        }
    }
}
