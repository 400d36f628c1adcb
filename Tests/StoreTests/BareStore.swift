import Configuration
import Environments
import Foundation
import LauncherProtocol
import Logging
import Testing

@testable import Store

/// Stores over one state directory, in real repositories, without an engine: no test with it builds anything.
final class BareStore: Sendable {
    let state = "/var/tmp/berth-bare-\(UUID().uuidString.prefix(8))"
    private let anna = Store.Owner(name: "anna", uid: 1500)

    deinit { try? FileManager.default.removeItem(atPath: state) }

    /// - Parameters:
    ///   - keepAge: in seconds.
    ///   - quota: bytes that everybody's environments may take; nil for any number.
    func store(keepAge: Double = 86_400, quota: Int? = nil) throws -> Store {
        var configuration = BerthConfiguration()
        configuration.state = state
        configuration.environments.keepAge = keepAge
        let store = Store(configuration: configuration, containers: DockerCommand(), logger: Logger(label: "test")) { _ in quota }
        try store.layout.prepare(builderUID: 0, gitUID: 64_103)
        return store
    }

    /// A version whose build has one file; gives the build.
    @discardableResult
    func make(_ name: String, greeting: String = "", in store: Store) throws -> BuildID {
        let lock = Lock(platform: "linux-64", packages: [], variables: ["NAME": name, "GREETING": greeting])
        let recipe = "name: \(name)\ndependencies:\n  - python=3.11\n# \(greeting)\n"
        let version = EnvironmentVersion(recipe: recipe, lock: lock, notices: [])
        _ = try store.repositories.record(version, as: try #require(EnvironmentName(name)), for: anna)
        let build = try version.build, path = store.layout.environment(build)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try Data(repeating: 1, count: 64 << 10).write(to: URL(filePath: path + "/file"))
        try JSONEncoder().encode(BuildRecord(id: build.text, size: 1)).write(to: URL(filePath: store.layout.record(build)))
        try Manifest(of: path).write(to: store.layout.manifest(build))
        try writeWhole(try version.lock.canonicalBytes, to: store.layout.lock(build))
        return build
    }
}
