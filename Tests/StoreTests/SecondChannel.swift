import Configuration
import Foundation
import Testing

/// A small channel beside the usual one, at `file:///second`: packages without dependencies, each one file.
final class SecondChannel: Sendable {
    /// On this host.
    let path: String

    /// - Parameter packages: `NAME=VERSION`.
    init(_ packages: String...) throws {
        path = "/var/tmp/berth-second-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try write(packages)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes packages, and the list of all that are there.
    func write(_ packages: [String]) throws {
        let script = try String(contentsOf: Bench.root.appending(path: "Tests/Fixtures/small_channel.py"), encoding: .utf8)
        let arguments = ["run", "--rm", "--network", "none", "--volume", "\(path):/second", Bench.builderImage, "python3", "-c", script]
        let made = Bench.docker(arguments + ["/second"] + packages)
        try #require(made.status == 0, "\(made.text)")
    }

    /// Takes a package back as channels do: no solver is offered it, and whoever has its address still gets it
    /// (`removed` of repodata.json).
    func yank(_ name: String, _ version: String) throws {
        let listing = URL(filePath: "\(path)/noarch/repodata.json")
        var index = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: listing)) as? [String: Any])
        var packages = try #require(index["packages"] as? [String: Any])
        let file = "\(name)-\(version)-0.tar.bz2"
        try #require(packages.removeValue(forKey: file) != nil)
        index["packages"] = packages
        index["removed"] = [file]
        try JSONSerialization.data(withJSONObject: index).write(to: listing)
        for other in try FileManager.default.contentsOfDirectory(atPath: "\(path)/noarch")
        where other.hasPrefix("repodata") && other != "repodata.json" {
            try FileManager.default.removeItem(atPath: "\(path)/noarch/\(other)")
        }
    }

    /// The file of a package.
    func file(_ name: String, _ version: String) -> String { "\(path)/noarch/\(name)-\(version)-0.tar.bz2" }

    /// The usual settings, and this channel for whoever names it.
    var settings: EnvironmentConfiguration {
        var settings = Bench.settings
        settings.mounts.append(SharedDirectory(source: path, target: "/second", readOnly: true))
        return settings
    }
}
