import Hummingbird

extension Response {
    /// Server-sent events (WHATWG HTML, 9.2): one `data:` line for each of `events`, and an empty
    /// comment every eight seconds so that nothing on the way takes the silence for an end.
    static func events(_ events: AsyncStream<JSONValue>) -> Response {
        let lines = AsyncStream<String> { continuation in
            let source = Task {
                for await event in events { continuation.yield("data: \(event.text)\n\n") }
                continuation.finish()
            }
            let keepalive = Task {
                while true {
                    do { try await Task.sleep(for: .seconds(8)) } catch { return }
                    continuation.yield(":\n\n")
                }
            }
            continuation.onTermination = { _ in
                source.cancel()
                keepalive.cancel()
            }
        }
        return Response(
            status: .ok,
            headers: [.contentType: "text/event-stream", .cacheControl: "no-cache", .accelBuffering: "no"],
            body: .init { writer in
                for await line in lines { try await writer.write(ByteBuffer(string: line)) }
                try await writer.finish(nil)
            })
    }
}

extension AsyncStream where Element: Sendable {
    /// The stream with each element changed.
    func mapped<Changed: Sendable>(_ change: @escaping @Sendable (Element) -> Changed) -> AsyncStream<Changed> {
        AsyncStream<Changed> { continuation in
            let task = Task {
                for await element in self { continuation.yield(change(element)) }
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }
}
