import Configuration
import Docker
import Foundation
import LauncherProtocol
import Testing

@testable import Spawner

/// Images on this host's engine.
@Suite struct ImageTests {
    @Test func thoseOfTheConfigurationAreKnownByWhatUsesThem() async throws {
        try await Site.run { site in
            _ = try await site.start(site.spawner())
            let images = try await site.spawner().images()
            let trial = try #require(images.first)
            #expect(trial.name == "berth/trial:1" && trial.profiles == ["default"] && trial.isConfigured && !trial.isUnused)
            #expect(try #require(trial.present).size > 1 << 20 && trial.present?.id.hasPrefix("sha256:") == true)
            #expect(images.contains { $0.name == "berth/builder:1" && $0.isBuilder })
            #expect(trial.servers == [site.id])
        }
    }

    @Test func whatIsInUseStaysAndWhatIsNotGoes() async throws {
        try await Site.run({ $0.profiles[0].image = "berth/used-\(UUID().uuidString.prefix(8).lowercased()):1" }) { site in
            let image = site.configuration.profiles[0].image
            // An image of its own, small and never run.
            try Site.shell("printf x > \(site.folder)/x; tar -C \(site.folder) -c x | docker import - \(image)")
            let left = image.replacing("used", with: "left")
            try Site.shell("printf y > \(site.folder)/y; tar -C \(site.folder) -c y | docker import - \(left)")
            let spawner = site.spawner()
            #expect(try await spawner.images().first { $0.name == left }?.isUnused == true)
            let refused = await #expect(throws: LauncherError.self) { try await spawner.removeImage(image) }
            #expect(refused?.kind == .conflict)
            try await spawner.removeImage(left)
            #expect(try await !site.engine.hasImage(left))
            let unknown = await #expect(throws: LauncherError.self) { try await spawner.removeImage("somebody/else:1") }
            #expect(unknown?.kind == .notFound)
            try Site.shell("docker rmi \(image)")
            #expect(try await spawner.images().first?.present == nil)
        }
    }

    @Test func onlyImagesOfTheConfigurationAreFetched() async throws {
        try await Site.run({ $0.profiles[0].image = "127.0.0.1:1/none:1" }) { site in
            let spawner = site.spawner()
            let unknown = await #expect(throws: LauncherError.self) { try await spawner.pullImage("berth/other:1") { _ in } }
            #expect(unknown?.kind == .notFound)
            // Nobody listens there.
            let failed = await #expect(throws: LauncherError.self) { try await spawner.pullImage("127.0.0.1:1/none:1") { _ in } }
            #expect(failed?.kind == .failed && failed?.message.english.contains("could not be fetched") == true)
        }
    }
}
