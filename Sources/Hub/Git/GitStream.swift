import Hummingbird
import NIOCore

/// Carries a request's body to git and git's answer back, each at the pace of the slower side: nothing is
/// gathered on the way.
struct GitStream {
    /// Where git waits for it.
    let socket: String

    /// Git failed before it answered.
    struct Failure: Error {
        let status: Int
    }

    func run(_ body: RequestBody?, into writer: inout any ResponseBodyWriter) async throws {
        let channel = try await LauncherSocket(path: socket).connect()
        try await channel.executeThenClose { inbound, outbound in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await Self.send(body, to: outbound) }
                var head = CGIHead()
                for try await var bytes in inbound {
                    try head.take(&bytes)
                    guard head.isComplete else { continue }
                    guard head.status == 200 else { throw Failure(status: head.status) }
                    if bytes.readableBytes > 0 { try await writer.write(bytes) }
                }
                guard head.isComplete else { throw Failure(status: 500) }
                group.cancelAll()
            }
        }
        try await writer.finish(nil)
    }

    private static func send(_ body: RequestBody?, to git: NIOAsyncChannelOutboundWriter<ByteBuffer>) async throws {
        for try await bytes in body ?? RequestBody(buffer: ByteBuffer()) {
            // Git may have answered and gone without reading all of it: then its answer counts.
            do { try await git.write(bytes) } catch { return }
        }
        git.finish()
    }
}
