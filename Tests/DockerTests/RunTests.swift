import Foundation
import Logging
import Synchronization
import Testing

@testable import Docker

/// Containers on this host's engine, with the builder's image (`config/images/build.sh builder`).
@Suite struct RunTests {
    private let engine = Engine(socket: "/var/run/docker.sock", logger: Logger(label: "test"))
    private let image = "berth/builder:1"
    private let name = "berth-test-\(UUID().uuidString.prefix(8).lowercased())"

    private func lines(of spec: ContainerSpec) async throws -> (ContainerExit, [OutputLine]) {
        let lines = Mutex<[OutputLine]>([])
        let exit = try await engine.run(spec, named: name) { line in lines.withLock { $0.append(line) } }
        return (exit, lines.withLock { $0 })
    }

    @Test func negotiatesTheVersion() async throws {
        let version = try await engine.version()
        #expect(version >= Engine.oldest && version <= Engine.newest)
    }

    @Test func tellsOutputAndExitCodeAndLeavesNothing() async throws {
        let (exit, lines) = try await lines(
            of: ContainerSpec(image: image, command: ["sh", "-c", "echo one; echo two >&2; printf three; exit 7"]))
        #expect(exit == ContainerExit(code: 7, isOutOfMemory: false))
        #expect(lines.filter { $0.source == .output }.map(\.text) == ["one", "three"])
        #expect(lines.filter { $0.source == .error }.map(\.text) == ["two"])
        await #expect(throws: DockerError.self) { try await engine.inspect(name) }
    }

    @Test func losesNoLineOfMany() async throws {
        let (_, lines) = try await lines(of: ContainerSpec(image: image, command: ["seq", "1", "20000"]))
        #expect(lines.map(\.text) == (1...20000).map(String.init))
    }

    @Test func isWhoItIsToldToBeWithoutCapabilities() async throws {
        var spec = ContainerSpec(
            image: image,
            command: [
                "sh", "-c", "id -u; id -G; grep CapEff /proc/self/status; grep NoNewPrivs /proc/self/status; stat -c '%u %a' /run/mine",
            ])
        spec.user = "64101:64102"
        spec.groups = [7, 4242]
        spec.mounts = [Mount(.memory(uid: 64101, gid: 64102, mode: 0o700, size: 1 << 20), at: "/run/mine")]
        spec.network = "none"
        let (_, lines) = try await lines(of: spec)
        #expect(lines.map(\.text) == ["64101", "64102 7 4242", "CapEff:\t0000000000000000", "NoNewPrivs:\t1", "64101 700"])
    }

    @Test func tellsThatMemoryRanOut() async throws {
        var spec = ContainerSpec(image: image, command: ["python3", "-c", "b'x' * (256 << 20)"])
        spec.memory = 32 << 20
        let (exit, _) = try await lines(of: spec)
        #expect(exit == ContainerExit(code: 137, isOutOfMemory: true))
    }

    @Test func killsAndRemovesWhenCancelled() async throws {
        let (started, signal) = AsyncStream.makeStream(of: Void.self)
        let spec = ContainerSpec(image: image, command: ["sh", "-c", "echo up; exec sleep 600"])
        let task = Task { [engine, name] in
            try await engine.run(spec, named: name) { _ in signal.yield() }
        }
        for await _ in started { break }
        task.cancel()
        await #expect(throws: DockerError.cancelled) { try await task.value }
        await #expect(throws: DockerError.self) { try await engine.inspect(name) }
    }

    @Test func saysWhichImageIsMissing() async throws {
        await #expect(throws: DockerError.imageMissing("berth/nothing:0")) {
            try await engine.run(ContainerSpec(image: "berth/nothing:0"), named: name) { _ in }
        }
    }

    @Test func saysThatNoEngineAnswers() async throws {
        let nowhere = Engine(socket: "/run/no-engine.sock", logger: Logger(label: "test"))
        let error = await #expect(throws: DockerError.self) { try await nowhere.version() }
        #expect(error?.description.hasPrefix("No engine answers on /run/no-engine.sock (") == true)
        #expect(error?.description.contains("engine.socket") == true)
    }
}
