import Foundation
import Glibc
import Synchronization
import Testing

@testable import Egress

/// The proxy on a Unix socket, with real connections to this host's loopback.
@Suite(.timeLimit(.minutes(5))) struct EgressServerTests {
    /// A server and what it told.
    private final class Site: Sendable {
        let server: EgressServer
        let socket: String
        private let folder: String
        private let told = Told()

        init(
            administrators: [String] = [], recipes: [String] = [], upstream: UpstreamProxy? = nil, limits: EgressLimits = .init()
        ) throws {
            // Longer than a socket's path may be.
            folder = "/tmp/berth-egress-" + UUID().uuidString + "/" + String(repeating: "x", count: 100)
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let short = "/tmp/berth-egress-link-" + UUID().uuidString
            try FileManager.default.createSymbolicLink(atPath: short, withDestinationPath: folder)
            socket = short + "/" + EgressServer.socketName
            let told = told
            server = try EgressServer(
                in: folder, group: getgid(),
                rules: EgressRules(
                    administrators: administrators.compactMap { HostPattern($0) }, recipes: recipes.compactMap { HostPattern($0) }),
                upstream: upstream, limits: limits
            ) { refusal in told.add(refusal.description) }
        }

        var words: [String] { told.all }

        deinit {
            server.end()
            try? FileManager.default.removeItem(atPath: (folder as NSString).deletingLastPathComponent)
            try? FileManager.default.removeItem(atPath: (socket as NSString).deletingLastPathComponent)
        }
    }

    private final class Told: Sendable {
        private let words = Mutex<[String]>([])
        func add(_ text: String) { words.withLock { $0.append(text) } }
        var all: [String] { words.withLock { $0 } }
    }

    /// Says back what it hears.
    private static func echo() throws -> TestListener {
        try TestListener { connection in
            var chunk = [UInt8](repeating: 0, count: 4096)
            while case let count = recv(connection, &chunk, chunk.count, 0), count > 0 {
                _ = send(connection, chunk, count, CInt(MSG_NOSIGNAL))
            }
        }
    }

    /// Answers one request with its own head.
    private static func web() throws -> TestListener {
        try TestListener { connection in
            let head = readText(connection) { $0.contains("\r\n\r\n") }
            let answer = "HTTP/1.1 200 OK\r\nContent-Length: \(head.utf8.count)\r\n\r\n" + head
            _ = send(connection, answer, answer.utf8.count, CInt(MSG_NOSIGNAL))
        }
    }

    @Test("A tunnel to an administrator's host carries bytes both ways, and ends with both") func tunnel() throws {
        let target = try Self.echo()
        let site = try Site(administrators: ["localhost:\(target.port)"])
        let client = try TestClient(site.socket)
        client.send("CONNECT localhost:\(target.port) HTTP/1.1\r\n\r\nearly ")
        #expect(client.read(until: "early ").hasSuffix("\r\n\r\nearly "))
        client.send("late")
        client.endSending()
        #expect(client.read() == "late")
        #expect(site.words.isEmpty)
    }

    @Test("A request is passed on, and nothing after it") func request() throws {
        let target = try Self.web()
        let site = try Site(administrators: ["127.0.0.1:\(target.port)"])
        let answer = try TestClient(site.socket).ask("GET http://127.0.0.1:\(target.port)/x HTTP/1.1\r\nHost: evil\r\n\r\n")
        #expect(answer.hasSuffix("GET /x HTTP/1.1\r\nhost: 127.0.0.1:\(target.port)\r\nconnection: close\r\n\r\n"))
        let second = try TestClient(site.socket).ask(
            "GET http://127.0.0.1:\(target.port)/x HTTP/1.1\r\n\r\nGET http://10.0.0.1/secret HTTP/1.1\r\n\r\n")
        #expect(!second.contains("secret"))
    }

    @Test("What is not admitted is refused in words, and told once") func refusals() throws {
        let target = try Self.web()
        let site = try Site(
            administrators: ["pypi.org"], recipes: ["127.0.0.1:\(target.port)", "localhost:\(target.port)", "no-such.invalid"])
        for request in ["CONNECT 169.254.169.254:80 HTTP/1.1\r\n\r\n", "GET http://169.254.169.254/ HTTP/1.1\r\n\r\n"] {
            let answer = try TestClient(site.socket).ask(request)
            #expect(answer.hasPrefix("HTTP/1.1 403 The build asked for 169.254.169.254:80: not among"), "\(answer)")
        }
        // A recipe's own host is taken at public addresses only, by whatever name.
        for host in ["127.0.0.1", "localhost"] {
            let answer = try TestClient(site.socket).ask("CONNECT \(host):\(target.port) HTTP/1.1\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 403") && answer.contains("of a private network"), "\(answer)")
        }
        #expect(try TestClient(site.socket).ask("CONNECT no-such.invalid:443 HTTP/1.1\r\n\r\n").hasPrefix("HTTP/1.1 502"))
        #expect(try TestClient(site.socket).ask("EHLO me\r\n\r\n").hasPrefix("HTTP/1.1 400"))
        #expect(site.words.count == 5, "\(site.words)")
        #expect(site.words.first?.contains("environments.pip_hosts") == true)
    }

    @Test("Nobody listens: that is said") func unreachable() throws {
        let port = try Self.web().port
        let site = try Site(administrators: ["127.0.0.1:\(port)"])
        let answer = try TestClient(site.socket).ask("CONNECT 127.0.0.1:\(port) HTTP/1.1\r\n\r\n")
        #expect(answer.contains("Connection refused"), "\(answer)")
    }

    @Test("Connections at once, bytes and idle time are bounded") func limits() throws {
        let target = try Self.echo()
        var limits = EgressLimits()
        (limits.connections, limits.sent, limits.idle, limits.head) = (2, 10, 0.3, 0.3)
        let site = try Site(administrators: ["127.0.0.1:\(target.port)"], limits: limits)
        let connect = "CONNECT 127.0.0.1:\(target.port) HTTP/1.1\r\n\r\n"
        do {
            let first = try TestClient(site.socket)
            let second = try TestClient(site.socket)
            #expect(try TestClient(site.socket).read().hasPrefix("HTTP/1.1 503"))
            // Nothing is asked, so both are closed; and nothing is said in a tunnel.
            #expect(first.read() == "" && second.read() == "")
        }
        let idle = try TestClient(site.socket)
        #expect(idle.ask(connect) == "HTTP/1.1 200 Connection established\r\n\r\n")
        let much = try TestClient(site.socket)
        much.send(connect)
        _ = much.read(until: "\r\n\r\n")
        #expect(much.ask("more than ten bytes") == "")
        #expect(site.words.count == 2 && site.words.last?.contains("sent more than") == true, "\(site.words)")
    }

    @Test("With the end all connections end, and no new ones are taken") func end() throws {
        let target = try Self.echo()
        let site = try Site(administrators: ["127.0.0.1:\(target.port)"])
        let client = try TestClient(site.socket)
        client.send("CONNECT 127.0.0.1:\(target.port) HTTP/1.1\r\n\r\n")
        _ = client.read(until: "\r\n\r\n")
        site.server.end()
        #expect(client.read() == "")
    }

    @Test("Through the host's proxy go tunnels and requests, and a recipe's hosts still only where they are public") func upstream() throws
    {
        let asked = Told()
        let proxy = try TestListener { connection in
            let head = readText(connection) { $0.contains("\r\n\r\n") }
            asked.add(head)
            let answer = head.hasPrefix("CONNECT") ? "HTTP/1.1 200 OK\r\n\r\nhello" : "HTTP/1.1 200 OK\r\n\r\nplain"
            _ = send(connection, answer, answer.utf8.count, CInt(MSG_NOSIGNAL))
        }
        let site = try Site(
            administrators: ["index.invalid"], recipes: ["127.0.0.1:9", "8.8.8.8"],
            upstream: UpstreamProxy(url: "http://a:b@127.0.0.1:\(proxy.port)"))
        #expect(try TestClient(site.socket).ask("CONNECT index.invalid:443 HTTP/1.1\r\n\r\n").hasSuffix("hello"))
        #expect(try TestClient(site.socket).ask("GET http://index.invalid/x HTTP/1.1\r\n\r\n").hasSuffix("plain"))
        #expect(try TestClient(site.socket).ask("CONNECT 8.8.8.8:443 HTTP/1.1\r\n\r\n").hasSuffix("hello"))
        #expect(try TestClient(site.socket).ask("CONNECT 127.0.0.1:9 HTTP/1.1\r\n\r\n").hasPrefix("HTTP/1.1 403"))
        #expect(
            asked.all.map { $0.prefix { $0 != "\r\n" } } == [
                "CONNECT index.invalid:443 HTTP/1.1", "GET http://index.invalid/x HTTP/1.1", "CONNECT 8.8.8.8:443 HTTP/1.1",
            ])
        #expect(asked.all.allSatisfy { $0.lowercased().contains("proxy-authorization: basic ytpi") })
    }
}
