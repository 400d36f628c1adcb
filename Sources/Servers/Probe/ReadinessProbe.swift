import CLinux
import Foundation
import LauncherProtocol
import Phrases
import Synchronization
import UnixSockets

/// Waits until Jupyter answers on a server's socket: inotify(7) tells when the socket
/// appears, then one request is made. Runs on a thread of its own, because it blocks.
final class ReadinessProbe: Sendable {
    /// How the wait ended.
    enum Outcome: Sendable, Equatable {
        case answered
        /// It will not answer: why, in words for the person who waits.
        case silent(Phrase)
        case cancelled
    }

    private let record: ServerRecord
    private let timeout: Double
    private let finish: @Sendable (Outcome) -> Void
    /// Becomes readable when the wait is given up (eventfd(2)).
    private let cancellation: CInt

    /// - Parameter timeout: seconds.
    init(record: ServerRecord, timeout: Double, finish: @escaping @Sendable (Outcome) -> Void) {
        self.record = record
        self.timeout = timeout
        self.finish = finish
        cancellation = eventfd(0, LINUX_EFD_CLOEXEC | LINUX_EFD_NONBLOCK)
    }

    deinit { close(cancellation) }

    func start() {
        let thread = Thread { [self] in finish(wait()) }
        thread.name = "probe"
        thread.start()
    }

    func cancel() { _ = eventfd_write(cancellation, 1) }

    private enum Bound {
        /// Between bind(2) and listen(2) a socket is there and refuses; nothing tells when that ends.
        static let refusedPause: Double = 0.02
    }

    private func wait() -> Outcome {
        let deadline = Deadline(seconds: timeout)
        let watcher = inotify_init1(CInt(IN_CLOEXEC) | CInt(IN_NONBLOCK))
        guard watcher >= 0 else { return .silent("The gateway could not watch for the server (\(SystemCallError("inotify_init1"))).") }
        defer { close(watcher) }
        let mask = UInt32(IN_CREATE) | UInt32(IN_MOVED_TO) | UInt32(IN_ATTRIB) | UInt32(IN_ONLYDIR) | UInt32(IN_DONT_FOLLOW)
        guard inotify_add_watch(watcher, record.socketDirectory, mask) >= 0 else {
            return .silent("The server's directory can't be watched (\(SystemCallError("inotify_add_watch", on: record.socketDirectory))).")
        }
        while true {
            let pause: Double?
            do throws(HostileSocketError) {
                let socket = try connectToHostileSocket(
                    named: record.socketName, in: record.socketDirectory, owner: record.uid)
                defer { close(socket) }
                return ask(socket, until: deadline)
            } catch {
                switch error {
                case .notListening(let cause): pause = cause.code == ENOENT ? nil : Bound.refusedPause
                // Jupyter binds first and lets the gateway in a moment later.
                case .failed(let cause) where cause.code == EACCES: pause = Bound.refusedPause
                case .failed, .notASocket, .wrongListener:
                    return .silent("The gateway does not talk to this server: \(error).")
                }
            }
            switch waitForNews(on: watcher, seconds: min(deadline.left, pause ?? .infinity)) {
            case .cancelled: return .cancelled
            case .news where deadline.left > 0: drain(watcher)
            case .silence where deadline.left > 0: continue
            // The directory is the person's: news without end is possible.
            case .news, .silence:
                return .silent(
                    "JupyterLab did not answer within \(Int(timeout)) seconds. Try again, or choose another environment or profile.")
            }
        }
    }

    private func ask(_ socket: CInt, until deadline: Deadline) -> Outcome {
        let exchange = ReadinessExchange(record: record)
        guard exchange.request.withUnsafeBytes({ send(socket, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) }) == exchange.request.count
        else {
            return .silent("JupyterLab took no request (\(SystemCallError("send"))).")
        }
        var answer: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 512)
        while true {
            if let outcome = exchange.judge(answer) { return outcome }
            switch waitForNews(on: socket, seconds: deadline.left) {
            case .cancelled: return .cancelled
            case .silence: return .silent("JupyterLab took a connection but did not answer within \(Int(timeout)) seconds.")
            case .news: break
            }
            let count = read(socket, &chunk, chunk.count)
            if count > 0 {
                answer += chunk[..<count]
            } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
                return .silent("JupyterLab closed the connection before it answered.")
            }
        }
    }

    private enum News { case news, cancelled, silence }

    private func waitForNews(on descriptor: CInt, seconds: Double) -> News {
        var waits = [
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0), pollfd(fd: cancellation, events: Int16(POLLIN), revents: 0),
        ]
        let milliseconds = CInt(min(max(seconds, 0) * 1000, 3_600_000).rounded(.up))
        let count = poll(&waits, 2, milliseconds)
        if waits[1].revents != 0 { return .cancelled }
        return count > 0 ? .news : .silence
    }

    private func drain(_ watcher: CInt) {
        var bytes = [UInt8](repeating: 0, count: 4096)
        while read(watcher, &bytes, bytes.count) > 0 {}
    }
}

/// A moment on the monotonic clock.
private struct Deadline {
    private let end: ContinuousClock.Instant

    init(seconds: Double) { end = .now + .seconds(seconds) }

    /// Seconds; negative when it has passed.
    var left: Double {
        let left = ContinuousClock.now.duration(to: end)
        return Double(left.components.seconds) + Double(left.components.attoseconds) / 1e18
    }
}
