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

    @Test func theOldestCLibraryOfTheImagesCounts() async throws {
        var found: [String?] = []
        try await Site.run { site in
            let contents = ImageContents(engine: site.engine)
            let images = [site.configuration.profiles[0].image, Self.builder]
            found.append(await contents.leastGlibc(in: images + ["berth/nowhere:1"]))
            for image in images { found.append(await contents.leastGlibc(in: [image])) }
            found.append(await contents.leastGlibc(in: ["berth/nowhere:1"]))
        }
        let versions = found[1...2].compactMap { $0.flatMap { GlibcVersion(line: "glibc \($0)") } }
        #expect(versions.count == 2 && found[0] == versions.min()?.description && found[3] == nil, "\(found)")
    }

    @Test(
        "What getconf and ldd say",
        arguments: [
            ("glibc 2.36", "2.36"), ("ldd (Debian GLIBC 2.36-9+deb12u4) 2.36", "2.36"), ("ldd (GNU libc) 2.17", "2.17"),
            ("ldd (Ubuntu GLIBC 2.35-0ubuntu3.4) 2.35", "2.35"), ("musl libc (x86_64)", nil), ("Version 1.2.4", nil),
            ("/usr/bin/jupyter-lab", nil), ("glibc", nil), ("", nil),
        ] as [(String, String?)])
    func saysItsVersion(line: String, version: String?) { #expect(GlibcVersion(line: line)?.description == version) }

    @Test func versionsAreNumbers() {
        let versions = ["glibc 2.9", "glibc 2.36"].compactMap(GlibcVersion.init(line:))
        #expect(versions.count == 2 && versions[0] < versions[1])
    }
}
