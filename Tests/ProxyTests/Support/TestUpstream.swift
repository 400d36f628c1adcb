import Foundation
import Synchronization
import UnixSockets

/// A server on a Unix socket, or on a port of the loopback, with a thread for each connection.
final class TestUpstream: Sendable {
    let path: String?
    /// Of the loopback; 0 for one on a Unix socket.
    let port: UInt16
    private let descriptor: CInt
    private let counter = Counter()

    /// How many connections it has taken.
    var accepted: Int { counter.value }

    /// - Parameter path: nil for a port of the loopback.
    init(path: String?, serve: @escaping @Sendable (Stream) -> Void) throws {
        self.path = path
        if let path {
            descriptor = try listenOnUnixSocket(at: path, mode: 0o777)
            port = 0
        } else {
            (descriptor, port) = Self.listenOnLoopback()
        }
        let descriptor = descriptor
        let count = counter
        Thread.detachNewThread {
            while true {
                let connection = accept(descriptor, nil, nil)
                guard connection >= 0 else { return }
                count.add()
                Thread.detachNewThread { serve(Stream(connection)) }
            }
        }
    }

    /// Takes no more connections.
    func stop() {
        if let path { unlink(path) }
        shutdown(descriptor, CInt(SHUT_RDWR))
        close(descriptor)
    }

    private static func listenOnLoopback() -> (CInt, UInt16) {
        let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(descriptor, $0, size)
                _ = listen(descriptor, 16)
                _ = getsockname(descriptor, $0, &size)
            }
        }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }

    final class Counter: Sendable {
        private let count = Mutex(0)
        func add() { count.withLock { $0 += 1 } }
        var value: Int { count.withLock { $0 } }
    }
}

/// Clients that left, as their upstream saw it.
final class Departures: Sendable {
    private let seen = DispatchSemaphore(value: 0)

    func tell() { seen.signal() }

    /// Whether one left before so many seconds were over.
    func wait(seconds: Double) -> Bool { seen.wait(timeout: .now() + seconds) == .success }
}

/// A small HTTP server: what it does is chosen by the last part of the path.
enum Site {
    static func serve(_ stream: Stream) { serve(stream, departures: Departures()) }

    /// - Parameter departures: is told where a client leaves before all of `events` came.
    static func serve(_ stream: Stream, departures: Departures) {
        while let head = stream.readHead() {
            let parts = head.split(separator: " ")
            guard parts.count > 2 else { return }
            let path = String(parts[1].split(separator: "?")[0])
            guard answer(path.split(separator: "/").last.map(String.init) ?? "", path, head, stream, departures) else { return }
        }
    }

    private static func answer(_ what: String, _ path: String, _ head: String, _ stream: Stream, _ departures: Departures) -> Bool {
        let length = Answer.field("content-length", in: head).flatMap(Int.init) ?? 0
        switch what {
        case "sink":
            if Answer.field("expect", in: head) != nil { stream.write("HTTP/1.1 100 Continue\r\n\r\n") }
            return ok(stream, "\(stream.skip(length))")
        case "early":
            stream.write("HTTP/1.1 413 Too Much\r\nContent-Length: 5\r\n\r\nno!!\n")
            return false
        case "big":
            let size = 64 << 20
            stream.write("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
            let block = [UInt8](repeating: 0x41, count: 1 << 20)
            for _ in 0..<64 { guard stream.write(block) else { return false } }
            return true
        case "cut":
            stream.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this")
            return false
        case "untilclose":
            stream.write("HTTP/1.1 200 OK\r\n\r\nuntil the end")
            return false
        case "chunks":
            stream.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n")
            stream.write("5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nX-Sum: 11\r\n\r\n")
            return true
        case "cookies":
            stream.write(
                "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nSet-Cookie: a=1; Path=/; Domain=example.org\r\n"
                    + "Set-Cookie: __Host-berth-session=stolen; Path=/; Secure\r\nSet-Cookie: =__Host-berth-session=x\r\n"
                    + "Set-Cookie: b=2; HttpOnly; path=/user/alice/api\r\nClear-Site-Data: \"*\"\r\n"
                    + "Service-Worker-Allowed: /\r\nStrict-Transport-Security: max-age=0\r\nX-Berth-Secret: x\r\n"
                    + "X-Accel-Redirect: /private\r\nCross-Origin-Opener-Policy: same-origin\r\nConnection: X-Hop\r\nX-Hop: 1\r\nX-Stays: yes\r\n\r\n"
            )
            return true
        case "events":
            stream.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n")
            // There is no second event: only the client's end ends this.
            if stream.isAtEnd() { departures.tell() }
            return false
        case "chatter":
            while stream.write("HTTP/1.1 102 Processing\r\n\r\n") {}
            return false
        case "malformed":
            stream.write("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
            return false
        case "socket":
            guard Answer.field("upgrade", in: head) != nil else { return ok(stream, "no upgrade") }
            stream.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
            echo(stream)
            return false
        case "leaves":
            _ = ok(stream, "")
            return false
        case "close":
            stream.write("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok")
            return false
        default:
            if Answer.field("transfer-encoding", in: head) == "chunked" {
                guard let body = stream.read(through: "\r\n\r\n") else { return false }
                return ok(stream, head + body)
            }
            let body = length > 0 ? String(decoding: stream.read(length) ?? [], as: UTF8.self) : ""
            return ok(stream, head + body)
        }
    }

    private static func ok(_ stream: Stream, _ body: String) -> Bool {
        stream.write("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    private static func echo(_ stream: Stream) {
        while let bytes = stream.read(1) {
            var all = bytes
            all += stream.read(stream.buffer.count) ?? []
            guard stream.write(all) else { return }
        }
        stream.write("bye")
    }
}
