import Hummingbird
import LauncherProtocol
import NIOCore
import Synchronization

/// Carries a request's body to git and git's answer back, each at the pace of the slower side: nothing is
/// gathered on the way.
struct GitStream {
    /// Where git waits for it.
    let socket: String

    /// Git failed before it answered.
    struct Failure: Error {
        let status: Int
    }

    /// How much of the body has come.
    private final class Sent: Sendable {
        let bytes = Mutex(0)
    }

    /// - Parameter limit: Bytes of a body that git takes; nil where there is no body.
    func run(_ body: RequestBody?, limit: Int?, into writer: inout any ResponseBodyWriter) async throws {
        let channel = try await LauncherSocket(path: socket).connect()
        let sent = Sent()
        try await channel.executeThenClose { inbound, outbound in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await Self.send(body, to: outbound, counting: sent) }
                var head = CGIHead(), isToldLimit = false
                for try await var bytes in inbound {
                    try head.take(&bytes)
                    guard head.isComplete else { continue }
                    guard head.status == 200 else { throw Failure(status: head.status) }
                    guard bytes.readableBytes > 0 else { continue }
                    if !isToldLimit, let limit, sent.bytes.withLock({ $0 }) > limit {
                        // Answered in the middle of its request, git's client would be cut off and hear nothing.
                        try await group.next()
                        try await writer.write(Self.tooLarge(limit))
                        isToldLimit = true
                    }
                    try await writer.write(bytes)
                }
                guard head.isComplete else { throw Failure(status: 500) }
                group.cancelAll()
            }
        }
        try await writer.finish(nil)
    }

    private static func send(
        _ body: RequestBody?, to git: NIOAsyncChannelOutboundWriter<ByteBuffer>, counting sent: Sent
    ) async throws {
        var isRead = true
        for try await bytes in body ?? RequestBody(buffer: ByteBuffer()) {
            sent.bytes.withLock { $0 += bytes.readableBytes }
            // Git may have answered and gone without reading all of it: then its answer counts, and the rest is let pass.
            do { if isRead { try await git.write(bytes) } } catch { isRead = false }
        }
        git.finish()
    }

    /// What git's client shows as lines of `remote:`, beside git's own word for it (gitprotocol-pack(5), “Packfile Data”).
    private static func tooLarge(_ limit: Int) -> ByteBuffer {
        let text = """
            This push is larger than \(limit >> 20) MiB, and no more is taken at once. The repository of an environment is for its
            recipe: take large files out of the commits (git rm --cached FILE; git commit --amend), or push the commits
            a part at a time (git push origin COMMIT:main).

            """
        let length = String(text.utf8.count + 5, radix: 16)
        return ByteBuffer(string: String(repeating: "0", count: 4 - length.count) + length + "\u{2}" + text)
    }
}
