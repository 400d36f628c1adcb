import Glibc
import Testing

/// A blocking socket with a time limit on every step, so that a fault fails a test instead of hanging it.
// @unchecked: a test hands a stream from one thread to another and uses it on one at a time.
final class Stream: @unchecked Sendable {
    let descriptor: CInt
    private(set) var buffer: [UInt8] = []
    private var isClosed = false

    init(_ descriptor: CInt) {
        self.descriptor = descriptor
        // A child of another test that inherited it would keep the connection open.
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
    }

    deinit { close() }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        Glibc.close(descriptor)
    }

    func finishWriting() { shutdown(descriptor, CInt(SHUT_WR)) }

    /// Closes with a reset.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    /// Writes everything; false where the peer is gone.
    @discardableResult
    func write(_ bytes: [UInt8]) -> Bool {
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeBytes {
                send(descriptor, $0.baseAddress! + offset, bytes.count - offset, CInt(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            offset += count
        }
        return true
    }

    @discardableResult
    func write(_ text: String) -> Bool { write(Array(text.utf8)) }

    /// Reads once; false at the end.
    private func fill() -> Bool {
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        guard count > 0 else { return false }
        buffer += chunk[..<count]
        return true
    }

    /// Everything up to and with `end`; nil where the stream ends before.
    func read(through end: String) -> String? {
        let end = Array(end.utf8)
        var from = 0
        while true {
            if buffer.count >= end.count {
                var index = from
                while index + end.count <= buffer.count {
                    if buffer[index..<index + end.count].elementsEqual(end) {
                        let text = String(decoding: buffer[..<(index + end.count)], as: UTF8.self)
                        buffer.removeFirst(index + end.count)
                        return text
                    }
                    index += 1
                }
                from = max(0, buffer.count - end.count + 1)
            }
            guard fill() else { return nil }
        }
    }

    func readHead() -> String? { read(through: "\r\n\r\n") }

    /// Exactly `count` bytes, or nil.
    func read(_ count: Int) -> [UInt8]? {
        while buffer.count < count { guard fill() else { return nil } }
        defer { buffer.removeFirst(count) }
        return Array(buffer[..<count])
    }

    /// Reads and counts up to `count` bytes without keeping them; returns how many came.
    func skip(_ count: Int) -> Int {
        var seen = min(count, buffer.count)
        buffer.removeFirst(seen)
        var chunk = [UInt8](repeating: 0, count: 256 << 10)
        while seen < count {
            let got = recv(descriptor, &chunk, min(chunk.count, count - seen), 0)
            guard got > 0 else { break }
            seen += got
        }
        return seen
    }

    /// Everything up to the end.
    func readToEnd() -> [UInt8] {
        while fill() {}
        defer { buffer = [] }
        return buffer
    }

    /// Whether the peer has closed: waits for it. A peer that is only silent has not.
    func isAtEnd() -> Bool {
        guard buffer.isEmpty else { return false }
        var byte: UInt8 = 0
        let count = recv(descriptor, &byte, 1, 0)
        return count == 0 || (count < 0 && errno == ECONNRESET)
    }
}

/// A response as a test sees it.
struct Answer {
    var status: Int
    var head: String
    var body: String

    /// The value of the first field of this name.
    func field(_ name: String) -> String? { Self.field(name, in: head) }

    static func field(_ name: String, in head: String) -> String? { fields(name, in: head).first }

    static func fields(_ name: String, in head: String) -> [String] {
        head.split(separator: "\r\n").dropFirst().compactMap { line in
            guard let colon = line.firstIndex(of: ":"), line[..<colon].lowercased() == name.lowercased() else {
                return nil
            }
            return line[line.index(after: colon)...].drop { $0 == " " }.description
        }
    }
}

extension Stream {
    /// Reads one response; its body by Content-Length, chunks or the end.
    func readAnswer(toHEAD: Bool = false) -> Answer? {
        guard let head = readHead(), let status = Int(head.split(separator: " ")[1]) else { return nil }
        var body: [UInt8] = []
        if toHEAD || status == 204 || status == 304 || status < 200 {
        } else if let length = Answer.field("content-length", in: head).flatMap(Int.init) {
            guard let bytes = read(length) else { return nil }
            body = bytes
        } else if Answer.field("transfer-encoding", in: head) == "chunked" {
            while true {
                guard let line = read(through: "\r\n"), let size = Int(line.prefix { $0.isHexDigit }, radix: 16),
                    let chunk = size > 0 ? read(size + 2) : []
                else { return nil }
                if size == 0 { break }
                body += chunk.dropLast(2)
            }
            while let line = read(through: "\r\n"), line != "\r\n" { body += Array("[\(line.dropLast())]".utf8) }
        } else {
            body = readToEnd()
        }
        return Answer(status: status, head: head, body: String(decoding: body, as: UTF8.self))
    }

    /// Sends a request and reads its response.
    func ask(_ request: String) -> Answer? {
        write(request)
        return readAnswer(toHEAD: request.hasPrefix("HEAD "))
    }
}
