import Foundation
import Testing

@testable import Docker

@Suite struct ParserTests {
    private static func frame(_ stream: UInt8, _ text: String) -> [UInt8] {
        [stream, 0, 0, 0] + withUnsafeBytes(of: UInt32(text.utf8.count).bigEndian, Array.init) + Array(text.utf8)
    }

    /// The same lines, however the bytes are cut.
    @Test(arguments: 1...40) func frames(cut: Int) {
        let bytes = Self.frame(1, "one\ntw") + Self.frame(2, "error\n") + Self.frame(1, "") + Self.frame(1, "o\r\n\nrest")
        var frames = LogFrames()
        var lines = OutputLines()
        var found: [OutputLine] = []
        for start in stride(from: 0, to: bytes.count, by: cut) {
            for piece in frames.append(Array(bytes[start..<min(start + cut, bytes.count)])) { found += lines.append(piece) }
        }
        found += lines.finish()
        #expect(
            found == [.init(.output, "one"), .init(.error, "error"), .init(.output, "two"), .init(.output, ""), .init(.output, "rest")])
    }

    @Test func aLineWithoutEndIsCut() {
        var splitter = LineSplitter(limit: 8)
        #expect(splitter.append(Array("0123456789".utf8)[...]) == ["0123456789"])
        #expect(splitter.append(Array("a\n".utf8)[...]) == ["a"])
        #expect(splitter.finish() == [])
    }

    @Test func addsUpThePull() throws {
        func message(_ json: String) throws -> PullReader.Message {
            try JSONDecoder().decode(PullReader.Message.self, from: Data(json.utf8))
        }
        var reader = PullReader()
        var fractions: [Double] = []
        for json in [
            #"{"status":"Pulling from library/x","id":"1"}"#,
            #"{"status":"Pulling fs layer","progressDetail":{},"id":"a"}"#,
            #"{"status":"Already exists","progressDetail":{},"id":"b"}"#,
            #"{"status":"Downloading","progressDetail":{"current":50,"total":100},"progress":"[=>","id":"a"}"#,
            #"{"status":"Download complete","progressDetail":{},"id":"a"}"#,
            #"{"status":"Extracting","progressDetail":{"current":50,"total":100},"id":"a"}"#,
            #"{"status":"Pull complete","progressDetail":{},"id":"a"}"#,
            #"{"status":"Digest: sha256:0"}"#,
        ] {
            _ = try reader.take(message(json), of: "x")
            fractions.append(reader.progress.fraction)
        }
        #expect(fractions == fractions.sorted())
        #expect(reader.progress == PullProgress(layers: 2, complete: 2, fetched: 100, size: 100, fraction: 1))
        #expect(throws: DockerError.pullFailed(image: "x", reason: "no such tag")) {
            try reader.take(message(#"{"errorDetail":{"message":"no such tag"},"error":"no such tag"}"#), of: "x")
        }
    }

    @Test(arguments: [
        ("a", "a:latest"), ("host:5000/a", "host:5000/a:latest"), ("a:1", "a:1"), ("host:5000/a/b:2", "host:5000/a/b:2"),
        ("a@sha256:0", "a@sha256:0"),
    ])
    func meansATag(written: String, meant: String) {
        #expect(ImageReference(written).full == meant)
    }

    @Test(arguments: [("1.41", APIVersion(major: 1, minor: 41)), ("1.9", APIVersion(major: 1, minor: 9)), ("x", nil), ("1", nil)])
    func versions(text: String, version: APIVersion?) {
        #expect(APIVersion(text) == version)
    }

    @Test func versionsAreComparedAsNumbers() {
        #expect(APIVersion(major: 1, minor: 9) < APIVersion(major: 1, minor: 41))
    }

    @Test func readsGoTimes() {
        #expect("0001-01-01T00:00:00Z".secondsSince1970 == 0)
        #expect("1970-01-01T00:00:02Z".secondsSince1970 == 2)
        #expect(abs("1970-01-01T01:00:01.123456789+01:00".secondsSince1970 - 1.123456789) < 1e-9)
    }

    @Test func callsAreEncodedOnce() {
        let call = Call(path: ["containers", "a/b c"], query: [("name", "ü&=")])
        let request = call.request(socket: "/s", prefix: "/v1.41")
        #expect(request.url == "http://engine/v1.41/containers/a%2Fb%20c?name=%C3%BC%26%3D")
    }
}
