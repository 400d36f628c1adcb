import Testing

@testable import Egress

@Suite("What is asked of the proxy, as a value") struct ProxyRequestTests {
    private func read(_ text: String) throws -> (request: ProxyRequest, length: Int)? { try ProxyRequest.read(Array(text.utf8)) }

    @Test("A tunnel, and where its bytes begin") func tunnel() throws {
        let head = "CONNECT pypi.org:443 HTTP/1.0\r\nHost: pypi.org:443\r\nUser-Agent: pip\r\n\r\n"
        let (request, length) = try #require(try read(head + "\u{16}\u{3}"))
        #expect(request.destination.description == "pypi.org:443")
        #expect(request.kind == .tunnel)
        #expect(length == head.utf8.count)
    }

    @Test("A request is passed on without what is the proxy's and the connection's") func request() throws {
        let (request, _) = try #require(
            try read(
                "POST http://mirror.example:8080?a=b#c HTTP/1.1\r\nHost: other.example\r\nAccept: */*\r\nProxy-Authorization: Basic eA==\r\n"
                    + "Connection: keep-alive, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: 5\r\nContent-Length: 3\r\n\r\nabc"))
        guard case .request(let plain) = request.kind else { throw Unexpected() }
        #expect(plain.body == 3)
        #expect(
            String(decoding: plain.head(for: request.destination, through: nil), as: UTF8.self)
                == "POST /?a=b HTTP/1.1\r\nhost: mirror.example:8080\r\naccept: */*\r\ncontent-length: 3\r\nconnection: close\r\n\r\n")
        let proxy = try #require(UpstreamProxy(url: "http://me:p%40ss@proxy.example:3128", exceptions: "localhost, .lab.example"))
        #expect(
            String(decoding: plain.head(for: request.destination, through: proxy), as: UTF8.self)
                == "POST http://mirror.example:8080/?a=b HTTP/1.1\r\nhost: mirror.example:8080\r\naccept: */*\r\ncontent-length: 3\r\n"
                + "proxy-authorization: Basic bWU6cEBzcw==\r\nconnection: close\r\n\r\n")
    }

    private struct Unexpected: Error {}

    @Test("The host's proxy stands before all but its exceptions") func upstream() throws {
        let proxy = try #require(
            UpstreamProxy(url: "proxy.example:3128", exceptions: "localhost, .lab.example,*.site.example,h.example:81"))
        func isBefore(_ authority: String) throws -> Bool { proxy.isBefore(try #require(Destination(authority: authority))) }
        #expect(try isBefore("pypi.org:443") && isBefore("h.example:80") && isBefore("xlab.example:80"))
        #expect(try !isBefore("localhost:1") && !isBefore("a.lab.example:1") && !isBefore("a.site.example:1") && !isBefore("h.example:81"))
        #expect(UpstreamProxy(url: "socks5://a:1") == nil && UpstreamProxy(url: "https://a:1") == nil && UpstreamProxy(url: "") == nil)
    }

    @Test(
        "What two readers could take for two things is refused",
        arguments: [
            "GET / HTTP/1.1\r\n\r\n", "GET https://a/ HTTP/1.1\r\n\r\n", "GET http://u@a/ HTTP/1.1\r\n\r\n", "CONNECT a HTTP/1.1\r\n\r\n",
            "CONNECT a:443 HTTP/2\r\n\r\n", "CONNECT  a:443 HTTP/1.1\r\n\r\n", "CONNECT a:443\r\n\r\n", "\r\n\r\n",
            "G(T http://a/ HTTP/1.1\r\n\r\n",
            "GET http://a/ HTTP/1.1\r\nA : b\r\n\r\n", "GET http://a/ HTTP/1.1\r\n b\r\n\r\n", "GET http://a/ HTTP/1.1\nA: b\r\n\r\n",
            "GET http://a/ HTTP/1.1\r\nA: b\rC: d\r\n\r\n", "GET http://a/\u{0} HTTP/1.1\r\n\r\n", "GET http://bücher/ HTTP/1.1\r\n\r\n",
            "POST http://a/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
            "POST http://a/ HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            "POST http://a/ HTTP/1.1\r\nContent-Length: +1\r\n\r\n",
            "POST http://a/ HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
        ]) func malformed(text: String)
    {
        #expect(throws: EgressRefusal.self) { try read(text) }
    }

    @Test("A head is read in any pieces, and never grows without bound") func pieces() throws {
        let bytes = Array("CONNECT a:443 HTTP/1.1\r\nA: b\r\n\r\n".utf8)
        for count in 0..<bytes.count { #expect(try ProxyRequest.read(Array(bytes[..<count])) == nil) }
        #expect(try ProxyRequest.read(bytes) != nil)
        let long = Array(("CONNECT a:443 HTTP/1.1\r\nA: " + String(repeating: "b", count: ProxyRequest.longestHead)).utf8)
        #expect(throws: EgressRefusal.self) { try ProxyRequest.read(long) }
    }

    @Test("Whatever bytes come, what is admitted is a host and a port, and no line of the head can become two") func fuzz() {
        let seeds = [
            "CONNECT pypi.org:443 HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET http://a.example:80/x?y HTTP/1.1\r\nConnection: a, b\r\nContent-Length: 5\r\n\r\n12345",
        ].map { Array($0.utf8) }
        let odd: [UInt8] = [0, 9, 10, 13, 32, 35, 47, 58, 64, 91, 92, 93, 127, 128, 255]
        var random = Numbers(state: 7)
        var read = 0
        for round in 0..<20_000 {
            var bytes = seeds[round % seeds.count]
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = odd.randomElement(using: &random) ?? 0
                case 1: bytes.remove(at: place)
                default: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
                }
            }
            guard let (request, length) = try? ProxyRequest.read(bytes) else { continue }
            read += 1
            #expect(length <= bytes.count)
            #expect(Destination(authority: "\(request.destination)") == request.destination)
            guard case .request(let plain) = request.kind else { continue }
            let head = plain.head(for: request.destination, through: nil)
            let lines = head.split(separator: 10, omittingEmptySubsequences: false)
            #expect(lines.count == plain.fields.count + 5, "\(String(decoding: head, as: UTF8.self))")
            #expect(head.allSatisfy { (32...126).contains($0) || $0 == 9 || $0 == 10 || $0 == 13 })
        }
        #expect(read > 1000)
    }

    /// The same numbers every time.
    private struct Numbers: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }
}
