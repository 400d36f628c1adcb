import Foundation
import LauncherProtocol
import UnixSockets

/// Something that answers as Jupyter does, in a directory of its own.
final class JupyterStandIn: Sendable {
    let record: ServerRecord
    private let listener: CInt

    /// - Parameter apiToken: of a server that asks the hub.
    init(apiToken: String? = nil, environment: String? = nil) throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("j\(UInt32.random(in: 0 ... .max))").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        record = ServerRecord(
            id: ServerID(owner: "alice"), uid: getuid(), container: "c1", socketDirectory: directory, socketName: "s.sock", secret: "x",
            apiToken: apiToken, profile: "cpu", environment: environment, started: 1_700_000_000, running: true)
        let descriptor = try listenOnUnixSocket(at: directory + "/s.sock", mode: 0o660)
        listener = descriptor
        Thread.detachNewThread {
            let connection = accept(descriptor, nil, nil)
            guard connection >= 0 else { return }
            // Closing with unread bytes would reset the connection.
            var request = [UInt8](repeating: 0, count: 4096)
            _ = read(connection, &request, request.count)
            let answer = Array("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".utf8)
            _ = answer.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) }
            close(connection)
        }
    }

    deinit {
        close(listener)
        try? FileManager.default.removeItem(atPath: record.socketDirectory)
    }
}
