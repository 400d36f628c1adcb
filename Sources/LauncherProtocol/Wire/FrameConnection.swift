import Foundation
import Synchronization
import UnixSockets

/// A connected socket that carries frames: written from anywhere in order, read by a
/// thread of its own, closed once both are done with it.
final class FrameConnection: Sendable {
    private let descriptor: CInt
    private let writes = DispatchQueue(label: "berth.launcher.write")
    private let open = Mutex(true)

    /// Takes over `descriptor`.
    init(_ descriptor: CInt) {
        self.descriptor = descriptor
        // A peer that stops reading must not hold the other half's memory for ever.
        var patience = timeval(tv_sec: 30, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { Glibc.close(descriptor) }

    /// The process at the other end.
    func peer() throws(SystemCallError) -> PeerCredentials { try PeerCredentials(of: descriptor) }

    /// Queues `frame`; a frame that can't be written hangs up.
    func send(_ frame: Frame) {
        writes.async {
            do throws(FrameError) { try frame.write(to: self.descriptor) } catch { self.hangUp() }
        }
    }

    /// Ends both directions; the reading thread then sees the end.
    func hangUp() {
        open.withLock { isOpen in
            if isOpen { shutdown(descriptor, CInt(SHUT_RDWR)) }
            isOpen = false
        }
    }

    /// Reads on a thread of its own until the peer hangs up: each frame to `receive`, then `ended` once.
    func startReading(
        name: String, receive: @escaping @Sendable (Frame) -> Void, ended: @escaping @Sendable (FrameError) -> Void
    ) {
        let thread = Thread { [self] in
            while true {
                do throws(FrameError) {
                    receive(try Frame.read(from: descriptor))
                } catch {
                    hangUp()
                    return ended(error)
                }
            }
        }
        thread.name = name
        thread.start()
    }
}
