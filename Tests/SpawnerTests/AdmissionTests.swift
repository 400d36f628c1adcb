import Configuration
import Docker
import LauncherProtocol
import Testing

@testable import Spawner

/// Limits and GPUs with a real engine: who gets what is read from its labels alone.
@Suite(.timeLimit(.minutes(5))) struct AdmissionTests {
    private func profile(_ name: String, gpus: GPURequest, memory: Int? = nil) -> ProfileConfiguration {
        var profile = ProfileConfiguration()
        (profile.name, profile.image, profile.gpus, profile.memory, profile.sharedMemory) = (name, "berth/trial:1", gpus, memory, 64 << 20)
        return profile
    }

    private func start(_ site: Site, _ spawner: Spawner, _ name: String, _ profile: String) async throws -> ServerRecord {
        let call = StartServer(id: ServerID(owner: site.account.name, name: name), profile: profile, environment: nil)
        return try await spawner.start(account: site.account, call: call) { _ in }
    }

    @Test func everyServerGetsAGPUOfItsOwnAndTheNextOneWaits() async throws {
        let engine = try FakeGPUEngine()
        try await Site.run({
            $0.engine.socket = engine.socket
            $0.gpus.command = FakeGPUEngine.smi
            $0.gpus.devices = ["GPU-fake0000", "MIG-fake0021"]
            $0.profiles = [profile("one", gpus: .count(1))]
        }) { site in
            let one = try await start(site, site.spawner(), "", "one")
            // Another launcher knows what the first one gave away.
            let next = site.spawner()
            async let left = start(site, next, "a", "one")
            async let right = start(site, next, "b", "one")
            var refused: [LauncherError] = []
            do { _ = try await left } catch let error as LauncherError { refused.append(error) }
            do { _ = try await right } catch let error as LauncherError { refused.append(error) }
            // Of two that come at once one is served.
            #expect(refused.map(\.kind) == [.exhausted])
            #expect(refused.first?.message.english.contains("GPU 0 is with \(site.account.name)") == true)
            #expect(engine.deviceIDs == [["GPU-fake0000"], ["MIG-fake0021"]])

            let overview = try await next.gpus()
            #expect(overview.problem == nil)
            #expect(overview.gpus.map(\.id) == ["GPU-fake0000", "MIG-fake0021"])
            #expect(overview.gpus[0].use == .init(memory: 40960 << 20, memoryUsed: 1024 << 20, busy: 93, temperature: 61))
            #expect(overview.gpus[0].holders.map(\.id) == [one.id] && overview.gpus[1].holders.count == 1)
            #expect(await next.profiles(for: site.account)[0].gpuDevices == ["GPU-fake0000", "MIG-fake0021"])

            try await next.stop(one.id)
            _ = try await start(site, next, "c", "one")
            #expect(engine.deviceIDs.last == ["GPU-fake0000"])
        }
    }

    @Test func aLimitHoldsAndNamesWhatRuns() async throws {
        try await Site.run({ configuration in
            configuration.profiles = [profile("small", gpus: .none, memory: 128 << 20), profile("big", gpus: .none, memory: 512 << 20)]
            configuration.servers.namedLimit = 1
            var limit = LimitConfiguration()
            limit.name = "all"
            limit.each.memory = 512 << 20
            configuration.limits = [limit]
        }) { site in
            _ = try await start(site, site.spawner(), "lab", "small")
            let spawner = site.spawner()
            let much = try await #require(throws: LauncherError.self) { try await start(site, spawner, "", "big") }
            #expect(much.kind == .refused && much.cause == .limit)
            #expect(much.message.english.contains("512 MiB of memory") && much.message.english.contains("“lab”"), "\(much)")
            let many = try await #require(throws: LauncherError.self) { try await start(site, spawner, "lab2", "small") }
            #expect(many.cause == .limit && many.message.english.contains("1 servers with a name"), "\(many)")
            _ = try await start(site, spawner, "", "small")
        }
    }
}
