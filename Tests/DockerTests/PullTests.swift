import Foundation
import Logging
import Synchronization
import Testing

@testable import Docker

/// Fetching from a real registry: a small one on this host, which engines may use without TLS.
@Suite struct PullTests {
    private final class Registry {
        let port: Int
        private let process = Process()

        init(_ options: [String] = []) throws {
            let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("registry.py").path
            let output = Pipe()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = ["python3", script] + options
            process.standardOutput = output
            try process.run()
            let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
            port = try #require(Int(line.trimmingCharacters(in: .newlines)))
        }

        deinit {
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
    }

    private let engine = Engine(socket: "/var/run/docker.sock", logger: Logger(label: "test"))

    @Test func tellsHowFarItIs() async throws {
        let registry = try Registry()
        let image = "127.0.0.1:\(registry.port)/berth/test:1"
        let steps = Mutex<[PullProgress]>([])
        try await engine.pull(image) { step in steps.withLock { $0.append(step) } }
        let seen = steps.withLock { $0 }
        #expect(seen.map(\.fraction) == seen.map(\.fraction).sorted())
        #expect(seen.contains { $0.fetched > 0 && $0.fraction < 1 })
        let last = try #require(seen.last)
        #expect(last.layers == 2 && last.complete == 2 && last.fraction == 1)
        #expect(last.size > 9 << 20 && last.fetched == last.size)
        #expect(try await engine.hasImage(image))
        try await engine.removeImage(image)
        #expect(try await !engine.hasImage(image))
    }

    @Test func logsInAtTheRegistry() async throws {
        let registry = try Registry(["--token", "t", "--login", "berth:pass~word?"])
        let host = "127.0.0.1:\(registry.port)"
        let image = "\(host)/berth/private:1"
        await #expect(throws: DockerError.self) { try await engine.pull(image) { _ in } }
        try await engine.pull(image, login: RegistryLogin(registry: host, user: "berth", password: "pass~word?")) { _ in }
        #expect(try await engine.hasImage(image))
        try await engine.removeImage(image)
    }

    @Test func saysThatTheRegistryDoesNotHaveIt() async throws {
        let registry = try Registry()
        let image = "127.0.0.1:\(registry.port)/berth/test:2"
        let error = await #expect(throws: DockerError.self) { try await engine.pull(image) { _ in } }
        guard case .pullFailed(image, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
