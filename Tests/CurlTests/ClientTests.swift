import Foundation
import Testing

@testable import Curl

@Suite struct ClientTests {
    private let client = Client()

    @Test func returnsWhatWasAnswered() async throws {
        let server = try TestServer()
        let answer = try await client.perform(server.request("/nothing"))
        #expect(answer.status == 404)
        #expect(answer.body == Array("no".utf8))
        #expect(answer.head["X-TWICE"] == "1")
        #expect(answer.head.headers.filter { $0.name.lowercased() == "x-twice" }.map(\.value) == ["1", "2"])
        #expect(answer.head["X-Odd"] == "a: b")
        let head = try await client.perform(server.request("/bytes/5", method: "HEAD"))
        #expect(head.status == 200 && head.body == [] && head.head["Content-Length"] == "5")
    }

    @Test(arguments: ["POST", "PUT", "DELETE"], [0, 5, 3 << 20]) func sendsBodies(method: String, size: Int) async throws {
        let server = try TestServer()
        var request = server.request("/", method: method)
        request.body = Array(repeating: UInt8(ascii: "z"), count: size)
        request.headers = [("Content-Type", "text/x"), ("X-Empty", "")]
        let answer = try await client.perform(request)
        #expect(answer.body == Array("\(method) text/x '' None ".utf8) + (request.body ?? []))
    }

    @Test func sendsManyAtOnce() async throws {
        let server = try TestServer()
        let sizes = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<50 {
                group.addTask { [client] in try await client.perform(server.request("/bytes/\(number * 1000)")).body.count }
            }
            return try await group.reduce(into: []) { $0.append($1) }.sorted()
        }
        #expect(sizes == (0..<50).map { $0 * 1000 })
    }

    @Test func readsALargeBodyWhole() async throws {
        let server = try TestServer()
        #expect(try await client.perform(server.request("/bytes/20000000")).body.count == 20_000_000)
        let error = await #expect(throws: TransferError.self) { try await client.perform(server.request("/bytes/20000000"), limit: 1000) }
        #expect(error?.kind == .tooLarge)
    }

    /// The reader takes one piece and no more: the other end has to stop.
    @Test func aSlowReaderHoldsTheOtherEnd() async throws {
        let server = try TestServer()
        let answer = try await client.stream(server.request("/endless"))
        var chunks = answer.body.makeAsyncIterator()
        _ = try await chunks.next()
        // Without back-pressure this many more round trips would let hundreds of megabytes by.
        for _ in 0..<300 { _ = try await client.perform(server.request("/bytes/10")) }
        let held = server.sent
        #expect(held > 0 && held < 8 << 20)
        // And it goes on when the reader does.
        var read = 0
        while read < 32 << 20, let chunk = try await chunks.next() { read += chunk.count }
        #expect(server.sent > 24 << 20)
    }

    @Test func lettingGoEndsTheTransfer() async throws {
        let server = try TestServer()
        do { _ = try await client.stream(server.request("/endless")) }
        for _ in 0..<2000 where !server.isLeft { _ = try await client.perform(server.request("/bytes/10")) }
        #expect(server.isLeft)
    }

    @Test func cancelsAtOnce() async throws {
        let server = try TestServer()
        let task = Task { [client] in try await client.perform(server.request("/silent")) }
        _ = try await client.perform(server.request("/bytes/1"))
        task.cancel()
        let error = await #expect(throws: TransferError.self) { try await task.value }
        #expect(error?.kind == .cancelled)
    }

    @Test func aClientThatGoesCancelsWhatItHas() async throws {
        let server = try TestServer()
        var other: Client? = Client()
        let answer = try await other?.stream(server.request("/endless"))
        other = nil
        let error = await #expect(throws: TransferError.self) {
            var chunks = answer?.body.makeAsyncIterator()
            while try await chunks?.next() != nil {}
        }
        #expect(error?.kind == .cancelled)
    }

    @Test func keepsItsTime() async throws {
        let server = try TestServer()
        var request = server.request("/silent")
        request.timeout = .milliseconds(200)
        let error = await #expect(throws: TransferError.self) { try await client.perform(request) }
        #expect(error?.kind == .timeout)
        #expect(error?.reason.contains("timed out") == true)
    }

    @Test func tellsWhatWentWrong() async throws {
        let server = try TestServer()
        let cut = await #expect(throws: TransferError.self) { try await client.perform(server.request("/cut")) }
        #expect(cut?.reason.contains("95 bytes remaining") == true)
        var nowhere = Request("http://test/")
        nowhere.socket = "/run/no-such.sock"
        let error = await #expect(throws: TransferError.self) { try await client.perform(nowhere) }
        #expect(error?.kind == .unreachable)
        #expect(error?.description == "http://test/: No such file or directory")
        let scheme = await #expect(throws: TransferError.self) { try await client.perform(Request("file:///etc/passwd")) }
        #expect(scheme?.description.contains("not supported") == true)
    }

    @Test func passesOverInterimAnswers() {
        var parser = HeadParser()
        var head: ResponseHead?
        for line in [
            "HTTP/1.1 103 Early Hints\r\n", "Link: x\r\n", "\r\n", "HTTP/1.1 200 OK\r\n", "A: b\r\n", "\r\n", "Trailer: c\r\n", "\r\n",
        ] {
            head = parser.take(line) ?? head
        }
        #expect(head?.status == 200)
        #expect(head?.headers.map(\.name) == ["A"])
    }
}
