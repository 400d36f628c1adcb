import Foundation
import Synchronization
import Testing

/// A socket that leads to this host's engine and can go away, as an engine does that is restarted.
final class EngineFront: Sendable {
    let socket = "/tmp/berth-front-\(UUID().uuidString.prefix(8)).sock"
    private let process = Mutex<Process?>(nil)

    init() throws { try start() }

    deinit { stop() }

    func start() throws {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("forward.py").path
        let forwarder = Process()
        let output = Pipe()
        forwarder.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        forwarder.arguments = ["python3", script, socket, "/var/run/docker.sock"]
        forwarder.standardOutput = output
        try forwarder.run()
        try #require(String(decoding: output.fileHandleForReading.availableData, as: UTF8.self).hasPrefix("ready"))
        process.withLock { $0 = forwarder }
    }

    func stop() {
        process.withLock { process in
            guard let running = process else { return }
            kill(running.processIdentifier, SIGKILL)
            running.waitUntilExit()
            unlink(socket)
            process = nil
        }
    }
}
