import Dispatch
import Glibc
import UnixSockets

/// Speaks to a keeper that holds a session, on its own socket.
enum KeeperLine {
    private static let queue = DispatchQueue(label: "berth.keeper-line", attributes: .concurrent)

    /// What a keeper has answered, and its process.
    struct Answer: Sendable {
        let note: KeeperNote
        let process: pid_t
    }

    /// Sends `note` to the keeper at `path` and waits for its answer: nil if none comes
    /// within `patience` seconds. Throws if nobody listens there, or not root.
    static func ask(_ note: KeeperNote, at path: String, patience: Int) async throws(SystemCallError) -> Answer? {
        let answer = await withCheckedContinuation { continuation in
            queue.async {
                continuation.resume(
                    returning: Result { () throws(SystemCallError) in
                        try ask(note, at: path, patience: patience)
                    })
            }
        }
        return try answer.get()
    }

    private static func ask(_ note: KeeperNote, at path: String, patience: Int) throws(SystemCallError) -> Answer? {
        let descriptor = try connectToUnixSocket(at: path)
        let channel = KeeperChannel(descriptor)
        let peer = try PeerCredentials(of: descriptor)
        guard peer.uid == 0 else { throw SystemCallError("connect", on: path, code: EPERM) }
        channel.limitWaiting(sending: patience, receiving: patience)
        guard channel.send(note), case .note(let answer) = channel.receive() else { return nil }
        return Answer(note: answer, process: peer.pid)
    }
}
