import CLinux
import Glibc
import UnixSockets

/// Ends all waiting at once, for good.
final class Stop: Sendable {
    fileprivate let descriptor: CInt

    init() throws(SystemCallError) {
        descriptor = eventfd(0, LINUX_EFD_CLOEXEC | LINUX_EFD_NONBLOCK)
        guard descriptor >= 0 else { throw SystemCallError("eventfd") }
    }

    deinit { close(descriptor) }

    func now() { _ = eventfd_write(descriptor, 1) }
}

/// What came of waiting.
enum Waited: Sendable, Equatable {
    case ready
    case late
    case stopped
}

/// Waits until something of `wanted` can be done: events of poll(2) by descriptor. Those without events are left out,
/// or a hang-up that nobody asked about would be told again and again.
func wait(for wanted: [(descriptor: CInt, events: Int32)], seconds: Double, or stop: Stop) -> Waited {
    var entries = wanted.map { pollfd(fd: $0.events == 0 ? -1 : $0.descriptor, events: Int16($0.events), revents: 0) }
    entries.append(pollfd(fd: stop.descriptor, events: Int16(POLLIN), revents: 0))
    let end = ContinuousClock.now + .seconds(seconds)
    while true {
        let left = max(0, (end - .now) / .milliseconds(1))
        let count = poll(&entries, nfds_t(entries.count), CInt(min(left, 1e9)) + 1)
        if count < 0, errno == EINTR { continue }
        if entries[wanted.count].revents != 0 { return .stopped }
        return count == 0 ? .late : .ready
    }
}

/// Sends all of `bytes`; false where that could not be done in time.
func send(_ bytes: [UInt8], to socket: CInt, seconds: Double, or stop: Stop) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) }
        if count > 0 {
            rest = rest.dropFirst(count)
        } else if errno == EAGAIN {
            guard wait(for: [(socket, POLLOUT)], seconds: seconds, or: stop) == .ready else { return false }
        } else if errno != EINTR {
            return false
        }
    }
    return true
}

/// Reads until `isEnough` of all that came; nil at the end of the stream, at an error and when time is over.
func receive<Value, Failure: Error>(
    from socket: CInt, seconds: Double, or stop: Stop, until isEnough: ([UInt8]) throws(Failure) -> Value?
) throws(Failure) -> (value: Value, bytes: [UInt8])? {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    let end = ContinuousClock.now + .seconds(seconds)
    while true {
        let left = (end - .now) / .seconds(1)
        guard left > 0, wait(for: [(socket, POLLIN)], seconds: left, or: stop) == .ready else { return nil }
        let count = recv(socket, &chunk, chunk.count, 0)
        if count < 0, errno == EAGAIN || errno == EINTR { continue }
        guard count > 0 else { return nil }
        bytes += chunk[..<count]
        if let value = try isEnough(bytes) { return (value, bytes) }
    }
}
