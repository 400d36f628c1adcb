import Foundation
import Testing

/// The real engine behind a socket that takes requests for GPUs out and notes them (`Tests/Fixtures/GPUs`).
final class FakeGPUEngine: Sendable {
    static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures/GPUs").path
    static let smi = fixtures + "/fake-nvidia-smi"

    let socket = "/tmp/berth-gpus-\(UUID().uuidString.prefix(8)).sock"
    private let notes = "/tmp/berth-gpus-\(UUID().uuidString.prefix(8)).jsonl"
    private let process: Process

    init() throws {
        process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", Self.fixtures + "/fake_gpu_engine.py", socket, notes]
        process.standardOutput = output
        try process.run()
        try #require(String(decoding: output.fileHandleForReading.availableData, as: UTF8.self).hasPrefix("ready"))
    }

    deinit {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        unlink(socket)
        unlink(notes)
    }

    /// The `DeviceIDs` of every container that was asked for; empty for one without GPUs.
    var deviceIDs: [[String]] {
        let lines = (try? String(contentsOfFile: notes, encoding: .utf8).split(separator: "\n")) ?? []
        return lines.map { line in
            let note = (try? JSONSerialization.jsonObject(with: Data(line.utf8))) as? [String: Any]
            let requests = note?["devices"] as? [[String: Any]] ?? []
            return requests.flatMap { $0["DeviceIDs"] as? [String] ?? [] }
        }
    }
}
