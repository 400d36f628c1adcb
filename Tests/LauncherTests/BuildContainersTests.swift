import Docker
import Foundation
import Logging
import Store
import Testing

@testable import Launcher

/// The builder's containers of two installations on one engine.
@Suite(.timeLimit(.minutes(2))) struct BuildContainersTests {
    private let engine = Engine(socket: "/var/run/docker.sock", logger: Logger(label: "test"))

    @Test func anotherInstallationsContainersStay() async throws {
        let state = "/var/lib/berth-\(UUID().uuidString)"
        let mine = BuildContainersOnDocker(engine, state: state)
        let job = BuildJob(
            purpose: "test", image: "berth/builder:1", command: ["sh", "-c", "echo up; exec sleep 600"], uid: 64_999, mounts: [],
            variables: [:], network: nil, cpus: nil, memory: nil, timeout: 600)
        let (lines, line) = AsyncStream.makeStream(of: String.self)
        let running = Task { try? await mine.run(job) { line.yield($0.text) } }
        for await text in lines {
            #expect(text == "up")
            break
        }
        await BuildContainersOnDocker(engine, state: state + "-other").removeLeftovers()
        #expect(try await engine.containers(labels: ["org.berth.build.installation=\(state)"]).count == 1)
        await mine.removeLeftovers()
        #expect(await running.value?.status != 0)
        #expect(try await engine.containers(labels: ["org.berth.build.installation=\(state)"]).isEmpty)
    }
}
