import Glibc

/// Carries bytes both ways between two sockets that don't block, until both ways have ended.
struct Relay {
    /// One way.
    private struct Way {
        let source: CInt
        let target: CInt
        /// Bytes that may still come; nil for no limit.
        var allowance: Int?
        /// Whether the end is passed on as the end of the stream.
        let passesEnd: Bool
        var waiting: ArraySlice<UInt8>
        var hasEnded = false

        var isDone: Bool { hasEnded && waiting.isEmpty }
        var wantsRead: Bool { !hasEnded && waiting.isEmpty }

        /// Whether it can go on.
        mutating func read(into buffer: inout [UInt8]) -> Bool {
            let count = recv(source, &buffer, buffer.count, 0)
            if count < 0 { return errno == EAGAIN || errno == EINTR }
            guard count > 0 else {
                hasEnded = true
                if passesEnd { shutdown(target, CInt(SHUT_WR)) }
                return true
            }
            if let allowance {
                // A second request on the connection would go where nobody has judged it.
                guard count <= allowance else { return false }
                self.allowance = allowance - count
            }
            waiting = buffer[..<count]
            return true
        }

        /// Whether it can go on.
        mutating func write() -> Bool {
            let count = waiting.withUnsafeBytes { Glibc.send(target, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) }
            if count < 0 { return errno == EAGAIN || errno == EINTR }
            // An empty slice would keep the buffer, which is written to again.
            waiting = count == waiting.count ? [] : waiting.dropFirst(count)
            return true
        }
    }

    private var out: Way
    private var back: Way
    private let stop: Stop

    /// - Parameters:
    ///   - body: bytes that the client may send; nil for a tunnel, where it's no limit.
    ///   - sent: what it has sent already.
    ///   - answered: what has come back already.
    init(client: CInt, upstream: CInt, body: Int?, sent: ArraySlice<UInt8>, answered: [UInt8], stop: Stop) {
        out = Way(source: client, target: upstream, allowance: body.map { $0 - sent.count }, passesEnd: body == nil, waiting: sent)
        back = Way(source: upstream, target: client, allowance: nil, passesEnd: true, waiting: answered[...])
        self.stop = stop
    }

    /// Runs to the end. `count` gets how many bytes went which way, and says whether more may.
    mutating func run(idle: Double, count: (_ sent: Int, _ received: Int) -> Bool) {
        if let allowance = out.allowance, allowance < 0 { return }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        // An answer that has ended ends a request, whatever its body: only a tunnel goes on one way.
        while !(back.isDone && (out.isDone || out.allowance != nil)) {
            let events: [(CInt, Int32)] = [
                (out.source, (out.wantsRead ? POLLIN : 0) | (back.waiting.isEmpty ? 0 : POLLOUT)),
                (back.source, (back.wantsRead ? POLLIN : 0) | (out.waiting.isEmpty ? 0 : POLLOUT)),
            ]
            guard wait(for: events, seconds: idle, or: stop) == .ready else { return }
            if out.wantsRead, !out.read(into: &buffer) || !count(out.waiting.count, 0) { return }
            if back.wantsRead, !back.read(into: &buffer) || !count(0, back.waiting.count) { return }
            if !out.waiting.isEmpty, !out.write() { return }
            if !back.waiting.isEmpty, !back.write() { return }
        }
    }
}
