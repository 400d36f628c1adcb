import Foundation
import Testing

@testable import Curl

/// Python's HTTP server on a Unix socket of its own.
final class TestServer: Sendable {
    let socket = "/tmp/berth-curl-\(UUID().uuidString.prefix(8)).sock"
    private let process = Process()

    init() throws {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("server.py").path
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", script, socket]
        process.standardOutput = output
        try process.run()
        // Returns with the first bytes: it listens.
        let words = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        try #require(words.hasPrefix("ready"))
    }

    deinit {
        // The pool's threads block SIGTERM, and a child inherits that.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        for name in [socket, socket + ".part", socket + ".sent", socket + ".closed"] { unlink(name) }
    }

    func request(_ path: String, method: String = "GET") -> Request {
        var request = Request("http://test\(path)", method: method)
        request.socket = socket
        return request
    }

    /// Bytes that the endless answer has written so far.
    var sent: Int { (try? String(contentsOfFile: socket + ".sent", encoding: .utf8)).flatMap { Int($0) } ?? 0 }
    /// Whether the endless answer has found its reader gone.
    var isLeft: Bool { access(socket + ".closed", F_OK) == 0 }
}
