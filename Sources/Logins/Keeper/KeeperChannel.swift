import Glibc
import Secrets

/// A stream socket that carries ``KeeperFrame``s. Both directions **block**.
///
/// One thread may receive while another sends.
final class KeeperChannel: Sendable {
    private let descriptor: CInt

    /// Takes over `descriptor` and closes it in the end.
    init(_ descriptor: CInt) {
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Lets every send give up after `sending` seconds and every receive after `receiving`; nil for never.
    func limitWaiting(sending: Int, receiving: Int?) {
        let size = socklen_t(MemoryLayout<timeval>.size)
        var limit = timeval(tv_sec: sending, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
        limit.tv_sec = receiving ?? 0
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
    }

    /// Sends one frame; false if the other end is gone.
    @discardableResult
    func send(_ frame: KeeperFrame) -> Bool {
        frame.encoded.withBytes { bytes in
            var rest = bytes
            while !rest.isEmpty {
                let sent = Glibc.send(descriptor, rest.baseAddress, rest.count, CInt(MSG_NOSIGNAL))
                if sent < 0 && errno == EINTR { continue }
                guard sent > 0 else { return false }
                rest = UnsafeRawBufferPointer(rebasing: rest[sent...])
            }
            return true
        }
    }

    /// Sends one note; false if the other end is gone.
    @discardableResult
    func send(_ note: KeeperNote) -> Bool { send(.note(note)) }

    /// Waits for the next frame; nil if the other end is gone, too slow or talks nonsense.
    func receive() -> KeeperFrame? {
        do throws(Ended) {
            let head = try Secret(count: KeeperFrame.headLength, fill: fill)
            guard let (kind, length) = head.withBytes(KeeperFrame.readHead) else { return nil }
            return KeeperFrame(kind: kind, payload: try Secret(count: length, fill: fill))
        } catch {
            return nil
        }
    }

    /// Ends both directions, so that a thread that waits here returns.
    func hangUp() { shutdown(descriptor, CInt(SHUT_RDWR)) }

    private struct Ended: Error {}

    private func fill(_ bytes: UnsafeMutableRawBufferPointer) throws(Ended) {
        var rest = bytes
        while !rest.isEmpty {
            let received = recv(descriptor, rest.baseAddress, rest.count, 0)
            if received < 0 && errno == EINTR { continue }
            guard received > 0 else { throw Ended() }
            rest = UnsafeMutableRawBufferPointer(rebasing: rest[received...])
        }
    }
}
