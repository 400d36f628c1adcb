import Foundation
import Testing

/// A server program of the tests' own, which says its port once it listens; it goes with this.
final class ServerProgram: Sendable {
    let port: Int
    private let process = Process()

    init(_ script: URL, _ arguments: [String]) throws {
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", script.path] + arguments
        process.standardOutput = output
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        port = try #require(Int(line.trimmingCharacters(in: .newlines)))
    }

    deinit {
        // The pool's threads block SIGTERM, and a child inherits that.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}

/// Files served as channels and PyPI serve theirs.
final class Upstream: Sendable {
    let directory: URL
    private let program: ServerProgram

    init() throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "upstream-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        program = try ServerProgram(Self.tests.appending(path: "WatchTests/upstream.py"), [directory.path])
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    static let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()

    var address: String { "http://127.0.0.1:\(program.port)" }

    func write(_ text: String, to path: String) throws { try write(Data(text.utf8), to: path) }

    func write(_ data: Data, to path: String) throws {
        let file = directory.appending(path: path)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: file, options: .atomic)
    }

    /// `METHOD PATH STATUS` of each request so far.
    var log: [String] {
        let text = (try? String(contentsOf: directory.appending(path: "log"), encoding: .utf8)) ?? ""
        return text.split(separator: "\n").map(String.init)
    }
}
