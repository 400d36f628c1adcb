import Configuration
import Foundation
import Testing

/// A package in source whose `setup.py` runs what a test wants while pip builds it.
final class SourceDistribution: Sendable {
    let name: String
    private let folder: String

    /// - Parameter setup: Python with `os`, `socket`, `urllib.request` and `reach(path)`, which leaves a dictionary `found`; that becomes
    ///   the package's module, so that the test can read it in the build.
    init(_ name: String, setup: String) throws {
        self.name = name
        folder = "/var/tmp/berth-sdist-" + UUID().uuidString
        let tree = "\(folder)/\(name)-1.0"
        try FileManager.default.createDirectory(atPath: tree, withIntermediateDirectories: true)
        let source = """
            import os, socket, urllib.request
            from setuptools import setup
            def reach(path):
                try:
                    os.stat(path); return True
                except OSError:
                    return False
            \(setup)
            open("\(name).py", "w").write(f"found = {found!r}\\n")
            setup(name="\(name)", version="1.0", py_modules=["\(name)"])
            """
        try source.write(toFile: tree + "/setup.py", atomically: true, encoding: .utf8)
        try #require(Bench.run("/bin/tar", "-C", folder, "-czf", tree + ".tar.gz", "\(name)-1.0").status == 0)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// With the package in reach of the builder.
    func settings(_ settings: EnvironmentConfiguration) -> EnvironmentConfiguration {
        var settings = settings
        settings.mounts.append(SharedDirectory(source: folder, target: "/sdist", readOnly: true))
        return settings
    }

    /// Installs it by pip.
    var recipe: String { "dependencies: [python=3.11, pip, {pip: ['--find-links /sdist', \(name)==1.0]}]\n" }
}
