import Foundation
import LauncherProtocol
import Synchronization
import UnixSockets

/// Something that listens as Jupyter would, in a directory of its own.
final class JupyterStandIn: Sendable {
    let directory: String
    private let received = Mutex("")
    private let listener = Mutex<CInt>(-1)

    init() throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("s\(UInt32.random(in: 0 ... .max))").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    }

    deinit {
        listener.withLock { if $0 >= 0 { close($0) } }
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// The first request that came.
    var request: String { received.withLock { $0 } }

    func record(container: String = "c1", uid: UInt32 = getuid()) -> ServerRecord {
        ServerRecord(
            id: ServerID(owner: "alice"), uid: uid, container: container, socketDirectory: directory, socketName: "s.sock",
            secret: "the-secret", profile: "cpu", environment: nil, started: 1, running: true)
    }

    /// Begins to listen, and answers the first request with `answer`; nil for never.
    func listen(answering answer: String?) throws {
        let descriptor = try listenOnUnixSocket(at: directory + "/s.sock", mode: 0o660)
        listener.withLock { $0 = descriptor }
        Thread.detachNewThread { [self] in
            let connection = accept(descriptor, nil, nil)
            guard connection >= 0 else { return }
            var bytes = [UInt8](repeating: 0, count: 4096)
            let count = read(connection, &bytes, bytes.count)
            received.withLock { $0 = String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self) }
            guard let answer else { return }
            _ = answer.utf8CString.withUnsafeBytes { send(connection, $0.baseAddress, $0.count - 1, CInt(MSG_NOSIGNAL)) }
            close(connection)
        }
    }

    static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{\"version\": \"2.21.1\"}"
}
