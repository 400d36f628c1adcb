/// libcurl for Swift concurrency: any number of transfers on one thread, connections kept and reused.
///
/// ```swift
/// let client = Client()
/// let page = try await client.perform(Request("https://example.org/"))
/// for try await chunk in try await client.stream(Request("https://example.org/large")).body { … }
/// ```
public final class Client: Sendable {
    let loop = MultiLoop()

    /// Starts the thread.
    public init() {}

    deinit { loop.post(.stop) }

    /// Sends `request` and returns the answer whole, whatever its status.
    ///
    /// - Parameter limit: the largest body taken, in bytes; more ends in ``TransferError/Kind/tooLarge``.
    public func perform(_ request: Request, limit: Int = 64 << 20) async throws(TransferError) -> Response {
        let answer = try await stream(request)
        var body: [UInt8] = []
        var chunks = answer.body.makeAsyncIterator()
        while let chunk = try await chunks.next() {
            guard body.count + chunk.count <= limit else {
                throw TransferError(url: request.url, kind: .tooLarge, reason: "the answer is larger than \(limit) bytes")
            }
            body += chunk
        }
        return Response(head: answer.head, body: body)
    }

    /// Sends `request` and returns once the answer's head is there, whatever its status.
    /// Cancelling the task that waits, or letting go of the answer, ends the transfer.
    public func stream(_ request: Request) async throws(TransferError) -> StreamedResponse {
        guard !Task.isCancelled else { throw .cancelled(request.url) }
        let lease = TransferLease(Transfer(request, on: loop))
        loop.post(.start(lease.transfer))
        return StreamedResponse(head: try await lease.transfer.responseHead(), body: .init(lease: lease))
    }
}
