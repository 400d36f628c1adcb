import Configuration
import LauncherProtocol
import Testing

@testable import Spawner

/// What recipes are judged by.
@Suite struct HostTests {
    private static let builder = EnvironmentConfiguration().builderImage

    private func described(_ change: (inout BerthConfiguration) -> Void) async throws -> HostDescription {
        var found: HostDescription?
        try await Site.run(change) { site in found = await site.spawner().describeHost(for: site.account, platform: "linux-64") }
        return try #require(found)
    }

    @Test func theHostHasADriverAndTheProfilesHaveGPUsAndJupyter() async throws {
        let host = try await described {
            $0.gpus.command = FakeGPUEngine.smi
            $0.profiles.append($0.profiles[0])
            $0.profiles[1].name = "gpu"
            $0.profiles[1].gpus = .count(1)
            $0.profiles[1].image = Self.builder
        }
        #expect(host == HostDescription(platform: "linux-64", driver: "550.54.14", hasGPU: true, imageHasJupyter: true))
    }

    @Test func whatIsClosedToTheAccountDoesNotCount() async throws {
        let host = try await described {
            $0.gpus.command = "/nonexistent/nvidia-smi"
            $0.profiles.append($0.profiles[0])
            $0.profiles[0].image = Self.builder
            $0.profiles[1].name = "gpu"
            $0.profiles[1].gpus = .all
            $0.profiles[1].groups = ["nobody-is-in-it"]
        }
        // The builder's image has Python and no Jupyter.
        #expect(host == HostDescription(platform: "linux-64", driver: nil, hasGPU: false, imageHasJupyter: false))
    }

    @Test func anImageThatIsNotHereIsNotKnown() async throws {
        let host = try await described { $0.profiles[0].image = "berth/nowhere:1" }
        #expect(host.imageHasJupyter == nil)
    }
}
