import Foundation
import UnixSockets

/// A Unix socket that takes one connection of one account, and is gone then.
struct SocketForOne: Sendable {
    let path: String
    private let uid: uid_t
    private let listener: CInt

    /// Seconds until the other side must have connected.
    static let patience = 10.0

    /// - Parameter uid: whose processes may connect.
    init(at path: String, for uid: uid_t) throws(SystemCallError) {
        self.path = path
        self.uid = uid
        listener = try listenOnUnixSocket(at: path, mode: 0o600, backlog: 1)
        guard chown(path, uid, gid_t.max) == 0 else {
            let error = SystemCallError("chown", on: path)
            close(listener)
            unlink(path)
            throw error
        }
    }

    /// The connection, which is the caller's; nil where it does not come in time, or is somebody else's. Call it
    /// exactly once. **Blocks.**
    func connection() -> CInt? {
        defer {
            close(listener)
            unlink(path)
        }
        var waiting = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
        guard poll(&waiting, 1, CInt(Self.patience * 1000)) == 1 else { return nil }
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { return nil }
        _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
        guard (try? PeerCredentials(of: connection))?.uid == uid else {
            close(connection)
            return nil
        }
        return connection
    }

    /// A name that nobody can guess: 128 random bits.
    static func randomName() -> String {
        (0..<2).map { _ in String(UInt64.random(in: .min ... .max), radix: 16) }.joined(separator: "-")
    }
}
