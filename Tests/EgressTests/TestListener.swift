import CLinux
import Foundation
import Glibc
import Testing
import UnixSockets

/// A TCP server on this host's loopback, for one test.
final class TestListener: Sendable {
    let port: UInt16
    private let descriptor: CInt

    /// `serve` gets each connection in a thread of its own; it is closed afterwards.
    init(_ serve: @escaping @Sendable (CInt) -> Void) throws {
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let (descriptor, size) = (descriptor, length)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && listen(descriptor, 16) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        try #require(isBound)
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread {
            while case let connection = accept(descriptor, nil, nil), connection >= 0 {
                Thread.detachNewThread {
                    serve(connection)
                    close(connection)
                }
            }
        }
    }

    deinit {
        shutdown(descriptor, CInt(SHUT_RDWR))
        close(descriptor)
    }
}

/// A connection of a test's client, which waits at most ten seconds.
struct TestClient: ~Copyable {
    let descriptor: CInt

    init(_ path: String) throws {
        descriptor = try connectToUnixSocket(at: path)
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    func send(_ text: String) {
        _ = text.utf8.withContiguousStorageIfAvailable { Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) }
    }
    func endSending() { shutdown(descriptor, CInt(SHUT_WR)) }

    /// Until `text` is there, or all that comes.
    func read(until text: String? = nil) -> String { readText(descriptor) { all in text.map { all.contains($0) } ?? false } }

    func ask(_ text: String) -> String {
        send(text)
        return read()
    }
}

func readText(_ descriptor: CInt, until isEnough: (String) -> Bool) -> String {
    var all = ""
    var chunk = [UInt8](repeating: 0, count: 4096)
    while !isEnough(all) {
        let count = recv(descriptor, &chunk, chunk.count, 0)
        guard count > 0 else { break }
        all += String(decoding: chunk[..<count], as: UTF8.self)
    }
    return all
}
