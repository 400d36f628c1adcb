import CLinux
import Glibc
import UnixSockets

/// Where a keeper takes the launcher's word after the login: a socket in a directory of
/// root's alone, so that a launcher that was started anew finds it again.
final class SessionDesk {
    private let path: String
    private let listener: CInt
    private var session: KeptSession

    init(path: String, session: KeptSession) throws(SystemCallError) {
        self.path = path
        self.session = session
        listener = try listenOnUnixSocket(at: path, mode: 0o600, backlog: 8)
        _ = fcntl(listener, F_SETFD, FD_CLOEXEC)
    }

    deinit {
        unlink(path)
        close(listener)
    }

    /// Waits for ``KeeperNote/close``, or for `SIGTERM` when the machine goes down, and
    /// calls `closeSession`, which returns what PAM complained about.
    func serve(closeSession: () -> String?) {
        let terminated = Self.descriptorOfTermination()
        defer { close(terminated) }
        while true {
            var waits = [
                pollfd(fd: listener, events: Int16(POLLIN), revents: 0),
                pollfd(fd: terminated, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&waits, nfds_t(waits.count), -1) > 0 || errno == EINTR else { break }
            if waits[1].revents != 0 { break }
            guard waits[0].revents != 0, let caller = accept() else { continue }
            while case .note(let note) = caller.receive() {
                switch note {
                case .describe:
                    caller.send(.description(session))
                case .retire:
                    session.retired = true
                    caller.send(.done)
                case .close:
                    caller.send(.closed(complaint: closeSession()))
                    return
                default:
                    break
                }
            }
        }
        _ = closeSession()
    }

    private func accept() -> KeeperChannel? {
        let descriptor = accept4(listener, nil, nil, CInt(SOCK_CLOEXEC.rawValue))
        guard descriptor >= 0 else { return nil }
        let channel = KeeperChannel(descriptor)
        guard let peer = try? PeerCredentials(of: descriptor), peer.uid == 0 else { return nil }
        channel.limitWaiting(sending: 10, receiving: 10)
        return channel
    }

    /// Becomes readable when `SIGTERM` arrives. Until here the signal has its usual
    /// effect, so that modules and their children know nothing of this.
    private static func descriptorOfTermination() -> CInt {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGTERM)
        sigprocmask(SIG_BLOCK, &signals, nil)
        return linux_signalfd(-1, &signals, O_CLOEXEC)
    }
}
