import Configuration
import Foundation
import Logging
@testable import Store
import Testing

/// What the tests of the store stand on: the real engine, the builder's image, a channel of real packages.
enum Bench {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The channel on this host, made where it isn't cached.
    static let channel: String = {
        let output = run("/bin/bash", root.appending(path: "Tests/Channel/make-channel.sh").path)
        precondition(output.status == 0, "make-channel.sh failed: \(output.text)")
        return output.text.split(separator: "\n").last.map(String.init) ?? ""
    }()

    /// The builder's image, made where it isn't there.
    static let builderImage: String = {
        let output = run("/bin/bash", root.appending(path: "config/images/build.sh").path, "builder")
        precondition(output.status == 0, "build.sh builder failed: \(output.text)")
        return "berth/builder:1"
    }()

    /// Runs a program to its end.
    static func run(_ program: String, _ arguments: String...) -> (status: Int32, text: String) { run(program, arguments) }

    static func run(_ program: String, _ arguments: [String]) -> (status: Int32, text: String) {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        do { try process.run() } catch { return (127, "\(error)") }
        let bytes = (try? pipe.fileHandleForReading.readToEnd()) ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: bytes, as: UTF8.self))
    }

    static func docker(_ arguments: String...) -> (status: Int32, text: String) { docker(arguments) }

    static func docker(_ arguments: [String]) -> (status: Int32, text: String) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["docker"] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        do { try process.run() } catch { return (127, "\(error)") }
        let bytes = (try? pipe.fileHandleForReading.readToEnd()) ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: bytes, as: UTF8.self))
    }

    /// The local channel as a recipe's `channels:` would name it.
    static var settings: EnvironmentConfiguration {
        var settings = EnvironmentConfiguration()
        settings.builderImage = builderImage
        settings.channels = ["file:///channel"]
        settings.network = "host"
        settings.mounts = [SharedDirectory(source: channel, target: "/channel", readOnly: true)]
        for path in ["/etc/ssl/certs", "/etc/pip.conf"] where FileManager.default.fileExists(atPath: path) {
            settings.mounts.append(SharedDirectory(source: path, target: path, readOnly: true))
        }
        return settings
    }
}

/// A store in a directory of its own, which goes with it.
final class TestStore: Sendable {
    let state: String
    let store: Store
    let containers: CountingContainers
    let owner = Store.Owner(name: "anna", uid: 1500)

    /// - Parameters:
    ///   - quota: bytes that everybody's environments may take; nil for any number.
    ///   - solverWaits: when a solver stands ready; never, so that nothing runs when a test has ended.
    ///   - leastGlibc: the C library of the oldest image; nil where nobody knows.
    ///   - warm: whether it begins with what ``WarmStore`` has, rather than with nothing.
    init(
        state: String? = nil, settings: EnvironmentConfiguration = Bench.settings, quota: Int? = nil, solverWaits: SolverWaits = .off,
        leastGlibc: String? = nil, warm: Bool = false
    ) async throws {
        let path = state ?? "/var/tmp/berth-store-" + UUID().uuidString
        if warm { try await WarmStore.copy(to: path) }
        self.state = path
        containers = CountingContainers(DockerCommand())
        var configuration = BerthConfiguration()
        configuration.state = path
        configuration.environments = settings
        configuration.environments.solverWaits = solverWaits
        store = Store(
            configuration: configuration, containers: containers, logger: Logger(label: "test"),
            quota: { _ in quota }, leastGlibc: { leastGlibc })
        await store.sweep()
    }

    deinit { try? FileManager.default.removeItem(atPath: state) }

    func names(in directory: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: state + "/" + directory)) ?? []).sorted()
    }

    /// As after the loss of a store: the histories are there, the builds are not.
    func takeHistories(of other: TestStore) throws {
        try FileManager.default.removeItem(atPath: state + "/environments")
        try FileManager.default.copyItem(atPath: other.state + "/environments", toPath: state + "/environments")
        // The copies are root's, until a launcher starts.
        #expect(try store.repositories.takeOver().isEmpty)
    }

    /// Nothing is half-built: no staging is left, and nothing that could be mounted.
    func expectNothingBuilt(_ location: SourceLocation = #_sourceLocation) {
        #expect(names(in: "store/environments") == [], sourceLocation: location)
        #expect(names(in: "store/work/staging") == [], sourceLocation: location)
        #expect(names(in: "environments/1500") == [], sourceLocation: location)
    }

    /// Runs a command in a build as a server would: read-only, as its owner.
    func inEnvironment(_ mount: Store.Mount, _ script: String) -> (status: Int32, text: String) {
        Bench.docker(
            "run", "--rm", "--network", "none", "--user", "1500:1500", "--cap-drop", "ALL",
            "--volume", "\(mount.hostPath):\(mount.containerPath):ro", "--env", "PREFIX=\(mount.containerPath)",
            Bench.builderImage, "bash", "-c", script)
    }
}
