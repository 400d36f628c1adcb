import Reactor
import Testing

@testable import Proxy

/// What became of a request's head, in a form that can be compared.
enum Parsed: Equatable {
    case incomplete
    case refused(HeadRefusal)
    case head(method: String, target: String, host: String?, fields: [String], framing: BodyFraming, rest: Int)
}

/// Scans and parses `bytes`, given piece by piece with ends at `cuts`.
func parse(_ bytes: [UInt8], cuts: [Int] = [], limit: Int = 4096) -> Parsed {
    var scanner = HeadScanner()
    for end in cuts + [bytes.count] {
        let result = bytes[..<end].withUnsafeBytes { scanner.scan(ByteView($0), limit: limit) }
        switch result {
        case .incomplete: continue
        case .refused(let refusal): return .refused(refusal)
        case .complete(let length):
            return bytes.withUnsafeBytes { raw in
                let view = ByteView(raw)[0..<length]
                var head = RequestHead()
                do throws(HeadRefusal) {
                    try head.parse(view, fieldLimit: 16)
                } catch {
                    return .refused(error)
                }
                return .head(
                    method: view[head.methodName].text, target: view[head.target].text,
                    host: head.host.map { view[$0].text },
                    fields: head.fields.all.map { "\(view[$0.name].text)=\(view[$0.value].text)" },
                    framing: head.framing, rest: bytes.count - length)
            }
        }
    }
    return .incomplete
}

func parse(_ text: String) -> Parsed { parse(Array(text.utf8)) }

@Suite("Request heads")
struct RequestHeadTests {
    @Test("a head is taken apart")
    func plain() {
        #expect(
            parse("\r\nGET /a?b=%20 HTTP/1.1\r\nHost:  h:1 \r\nX-A:\r\ncookie:\ta=b; c\r\n\r\nrest")
                == .head(
                    method: "GET", target: "/a?b=%20", host: "h:1", fields: ["Host=h:1", "X-A=", "cookie=a=b; c"],
                    framing: BodyFraming(.none), rest: 4))
        #expect(
            parse("OPTIONS * HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n")
                == .head(
                    method: "OPTIONS", target: "*", host: "h", fields: ["Host=h", "Content-Length=0"],
                    framing: BodyFraming(.none), rest: 0))
        #expect(
            parse("GET http://H/p?q HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n")
                == .head(
                    method: "GET", target: "/p?q", host: "h", fields: ["Host=h", "Transfer-Encoding=Chunked"],
                    framing: BodyFraming(.chunked), rest: 0))
        #expect(
            parse("FOO / HTTP/1.0\r\nContent-Length: 12\r\n\r\n")
                == .head(
                    method: "FOO", target: "/", host: nil, fields: ["Content-Length=12"],
                    framing: BodyFraming(.length(12)), rest: 0))
    }

    static let hostile: [(String, HeadRefusal)] = [
        ("GET / HTTP/1.1\nHost: h\n\n", .bareLineFeed),
        ("GET / HTTP/1.1\r\nHost: h\n\r\n", .bareLineFeed),
        ("\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", .bareLineFeed),
        ("GET / HTTP/1.1\r\nHost: h\r\nX: a\rb\r\n\r\n", .badFieldValue),
        ("GET / HTTP/1.1\r\nHost: h\r\nX: a\r\r\n\r\n", .badFieldValue),
        ("GET / HTTP/1.1\r\nHost: h\r\nX: a\0b\r\n\r\n", .badFieldValue),
        ("GET / HTTP/1.1\r\nHost: h\r\nX: a\u{7F}\r\n\r\n", .badFieldValue),
        ("GET / HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n", .foldedField),
        ("GET / HTTP/1.1\r\n Host: h\r\n\r\n", .foldedField),
        ("GET / HTTP/1.1\r\nHost : h\r\n\r\n", .badFieldName),
        ("GET / HTTP/1.1\r\nHost: h\r\nX Y: z\r\n\r\n", .badFieldName),
        ("GET / HTTP/1.1\r\nHost: h\r\n: z\r\n\r\n", .badFieldName),
        ("GET / HTTP/1.1\r\nHost: h\r\nnonsense\r\n\r\n", .badFieldName),
        ("GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding\u{B}: chunked\r\n\r\n", .badFieldName),
        ("GET / HTTP/1.1\r\n\r\n", .missingHost),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", .badHost),
        ("GET / HTTP/1.1\r\nHost:\r\n\r\n", .badHost),
        ("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", .badHost),
        ("GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", .badHost),
        ("GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", .badHost),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", .lengthAndEncoding),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n", .lengthAndEncoding),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", .repeatedField),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1, 1\r\n\r\n", .badContentLength),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: +1\r\n\r\n", .badContentLength),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n", .badContentLength),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0x10\r\n\r\n", .badContentLength),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length:\r\n\r\n", .badContentLength),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999\r\n\r\n", .badContentLength),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", .unknownTransferEncoding),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: xchunked\r\n\r\n", .unknownTransferEncoding),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: identity\r\n\r\n", .unknownTransferEncoding),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, gzip\r\n\r\n", .badTransferEncoding),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, chunked\r\n\r\n", .badTransferEncoding),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding:\r\n\r\n", .badTransferEncoding),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n", .repeatedField),
        ("POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n", .badTransferEncoding),
        ("GET / HTTP/2.0\r\nHost: h\r\n\r\n", .unsupportedVersion),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .unsupportedVersion),
        ("GET / HTTP/1.2\r\nHost: h\r\n\r\n", .unsupportedVersion),
        ("GET / http/1.1\r\nHost: h\r\n\r\n", .malformedRequestLine),
        ("GET /\r\nHost: h\r\n\r\n", .malformedRequestLine),
        ("GET  / HTTP/1.1\r\nHost: h\r\n\r\n", .malformedRequestLine),
        ("GET /  HTTP/1.1\r\nHost: h\r\n\r\n", .malformedRequestLine),
        ("GET / HTTP/1.1 \r\nHost: h\r\n\r\n", .unsupportedVersion),
        (" GET / HTTP/1.1\r\nHost: h\r\n\r\n", .malformedRequestLine),
        ("G(T / HTTP/1.1\r\nHost: h\r\n\r\n", .malformedRequestLine),
        ("GET a HTTP/1.1\r\nHost: h\r\n\r\n", .malformedTarget),
        ("GET * HTTP/1.1\r\nHost: h\r\n\r\n", .malformedTarget),
        ("GET /\u{1} HTTP/1.1\r\nHost: h\r\n\r\n", .malformedTarget),
        ("GET /ä HTTP/1.1\r\nHost: h\r\n\r\n", .malformedTarget),
        ("GET /#x HTTP/1.1\r\nHost: h\r\n\r\n", .malformedTarget),
        ("GET http://other/ HTTP/1.1\r\nHost: h\r\n\r\n", .malformedTarget),
        ("GET http://h HTTP/1.1\r\nHost: h\r\n\r\n", .malformedTarget),
        ("GET ftp://h/ HTTP/1.1\r\nHost: h\r\n\r\n", .malformedTarget),
        ("CONNECT h:443 HTTP/1.1\r\nHost: h\r\n\r\n", .unsupportedMethod),
        ("TRACE / HTTP/1.1\r\nHost: h\r\n\r\n", .unsupportedMethod),
        ("GET / HTTP/1.1\r\nHost: h\r\nAuthorization: a\r\nAuthorization: b\r\n\r\n", .repeatedField),
        ("GET / HTTP/1.1\r\nHost: h\r\nOrigin: a\r\nOrigin: b\r\n\r\n", .repeatedField),
        ("GET / HTTP/1.1\r\nHost: h\r\n" + String(repeating: "A: b\r\n", count: 16) + "\r\n", .tooManyFields),
        ("GET /" + String(repeating: "a", count: 5000), .headTooLarge),
    ]

    @Test("hostile heads are refused, each for its own reason", arguments: 0..<hostile.count)
    func refuses(index: Int) {
        let (text, refusal) = Self.hostile[index]
        #expect(parse(text) == .refused(refusal), "\(text.debugDescription)")
    }

    @Test("refusals have the statuses of RFC 9110")
    func statuses() {
        #expect(HeadRefusal.bareLineFeed.status == .badRequest)
        #expect(HeadRefusal.headTooLarge.status == .headerFieldsTooLarge)
        #expect(HeadRefusal.unknownTransferEncoding.status == .notImplemented)
        #expect(HeadRefusal.unsupportedVersion.status == .versionNotSupported)
    }

    @Test("wherever a head is cut, it is the same head")
    func everySplit() {
        let texts =
            Self.hostile.map(\.0) + [
                "\r\nPOST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nX: y\r\n\r\nabcGET", "GET / HTTP/1.0\r\n\r\n",
            ]
        for text in texts where text.utf8.count < 1000 {
            let bytes = Array(text.utf8)
            let whole = parse(bytes)
            for cut in 0...bytes.count {
                #expect(parse(bytes, cuts: [cut]) == whole)
            }
            #expect(parse(bytes, cuts: Array(0...bytes.count)) == whole)
        }
    }

    @Test("whatever comes, nothing crashes, and cuts don't matter", arguments: 0..<8)
    func fuzz(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let pieces = [
            "GET ", "POST ", "/", "/user/a", " HTTP/1.1", " HTTP/1.0", "\r\n", "\n", "\r", "Host: h", "Content-Length: ",
            "Transfer-Encoding: chunked", ": ", " ", "\t", "5", "0", ",", "chunked", "\0", "é", "X-Berth-Secret: x",
            "Connection: close", "Upgrade: websocket", "http://h/", "?token=a", "#", "*",
            "X-A: b\r\n", "Cookie: a=b; c=d\r\n", "Content-Length: 3\r\n",
        ]
        var complete = 0
        for round in 0..<4000 {
            var text = round % 2 == 0 ? "GET / HTTP/1.1\r\nHost: h\r\n" : ""
            for _ in 0..<Int.random(in: 0..<14, using: &random) { text += pieces.randomElement(using: &random)! }
            if round % 3 != 0 { text += "\r\n\r\n" }
            var bytes = Array(text.utf8)
            for _ in 0..<Int.random(in: 0..<3, using: &random) where !bytes.isEmpty {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let whole = parse(bytes, limit: 200)
            if case .head = whole { complete += 1 }
            let cuts = (0..<3).map { _ in Int.random(in: 0...bytes.count, using: &random) }.sorted()
            #expect(parse(bytes, cuts: cuts, limit: 200) == whole)
        }
        // The fuzzer is worth something only if it gets past the first checks.
        #expect(complete > 100)
    }
}

/// SplitMix64: the same numbers for the same seed, on every machine.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
