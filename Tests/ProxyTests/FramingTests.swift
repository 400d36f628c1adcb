import Reactor
import Testing

@testable import Proxy

@Suite("The framing of bodies")
struct FramingTests {
    /// How many bytes belong to the body, and whether it is whole; nil for broken framing.
    private func consume(_ kind: BodyFraming.Kind, _ bytes: [UInt8], cuts: [Int] = []) -> (Int, Bool)? {
        var framing = BodyFraming(kind)
        var taken = 0
        for end in cuts + [bytes.count] {
            while taken < end, !framing.isComplete {
                let count = bytes[taken..<end].withUnsafeBytes { raw in try? framing.consume(ByteView(raw)) }
                guard let count else { return nil }
                taken += count
            }
        }
        return (taken, framing.isComplete)
    }

    @Test("a length is counted")
    func length() throws {
        #expect(try #require(consume(.length(3), Array("abcd".utf8))) == (3, true))
        #expect(try #require(consume(.length(5), Array("abcd".utf8))) == (4, false))
        #expect(BodyFraming(.none).isComplete)
    }

    @Test(
        "chunks end where they say, however they are cut",
        arguments: [
            "0\r\n\r\n", "5\r\nhello\r\n0\r\n\r\n", "A;ext=\"v\"\r\n0123456789\r\n00\r\n\r\n",
            "1\r\na\r\n0\r\nX-Sum: 1\r\nOther:\r\n\r\n", "1 \r\n\n\r\n0\r\n\r\n",
        ])
    func chunks(text: String) throws {
        let bytes = Array(text.utf8)
        for cut in 0...bytes.count {
            #expect(try #require(consume(.chunked, bytes + Array("GET".utf8), cuts: [cut])) == (bytes.count, true))
        }
    }

    @Test(
        "broken chunks are refused",
        arguments: [
            "\r\n", "x\r\n", "5\nhello", "5\r\nhelloX", "5\r\nhello\n", "0\r\n\n", "0\r\nX\r\n\r\n", "0\r\n X: y\r\n\r\n",
            "0\r\nContent-Length: 3\r\n\r\n", "0\r\nX-Berth-User: root\r\n\r\n", "0\r\nSet-Cookie: a=b\r\n\r\n",
            "5;a\u{1}\r\n", "5;a\nb\r\n", "1234567890abcdef0\r\n", "-1\r\n", "0x1\r\n", ";\r\n", "0\r\nX: a\nb\r\n\r\n",
        ])
    func broken(text: String) {
        let bytes = Array(text.utf8)
        #expect(consume(.chunked, bytes) == nil)
        #expect(consume(.chunked, bytes, cuts: Array(0...bytes.count)) == nil)
    }

    @Test("extensions and trailers have limits")
    func limits() {
        #expect(consume(.chunked, Array(("1;" + String(repeating: "a", count: 2000)).utf8)) == nil)
        #expect(consume(.chunked, Array(("0\r\nX: " + String(repeating: "a", count: 9000)).utf8)) == nil)
    }

    @Test(
        "responses are framed in RFC 9112's order",
        arguments: [
            ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", false, BodyFraming(.length(5))),
            ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", true, BodyFraming(.none)),
            ("HTTP/1.1 204\r\nContent-Length: 5\r\n\r\n", false, BodyFraming(.none)),
            ("HTTP/1.1 304 Not Modified\r\n\r\n", false, BodyFraming(.none)),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", false, BodyFraming(.chunked)),
            ("HTTP/1.0 200 OK\r\n\r\n", false, BodyFraming(.untilClose)),
        ])
    func responses(text: String, toHEAD: Bool, framing: BodyFraming) throws {
        var head = ResponseHead()
        try Array(text.utf8).withUnsafeBytes { raw in
            try head.parse(ByteView(raw), isAnswerToHEAD: toHEAD, fieldLimit: 8)
        }
        #expect(head.framing == framing)
    }

    @Test(
        "malformed responses are refused",
        arguments: [
            "HTTP/1.1 20 OK\r\n\r\n", "HTTP/2 200 OK\r\n\r\n", "ICY 200 OK\r\n\r\n", "HTTP/1.1 200OK\r\n\r\n",
            "HTTP/1.1 999 OK\r\n\r\n", "HTTP/1.1 200 a\0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "HTTP/1.1 200 OK\r\nX : y\r\n\r\n",
        ])
    func badResponses(text: String) {
        var head = ResponseHead()
        #expect(throws: HeadRefusal.self) {
            try Array(text.utf8).withUnsafeBytes { raw in
                try head.parse(ByteView(raw), isAnswerToHEAD: false, fieldLimit: 8)
            }
        }
    }
}
