import Environments
import Foundation

/// Reads what a backup needs from an environment's directory, and runs nothing.
enum EnvironmentDirectory {
    static func read(_ path: String) -> EnvironmentFiles {
        let root = URL(fileURLWithPath: path)
        var files = EnvironmentFiles()
        let meta = root.appendingPathComponent("conda-meta")
        for file in names(in: meta) where file.hasSuffix(".json") {
            files.condaMeta[file] = text(meta.appendingPathComponent(file))
        }
        files.history = text(meta.appendingPathComponent("history"))
        files.state = text(meta.appendingPathComponent("state"))
        files.pyvenv = text(root.appendingPathComponent("pyvenv.cfg"))
        let library = root.appendingPathComponent("lib")
        for python in names(in: library) where python.hasPrefix("python") {
            let packages = library.appendingPathComponent(python).appendingPathComponent("site-packages")
            for directory in names(in: packages) where directory.hasSuffix(".dist-info") {
                let place = packages.appendingPathComponent(directory)
                files.distributions.append(
                    .init(
                        directory: directory, metadata: text(place.appendingPathComponent("METADATA")) ?? "",
                        directURL: text(place.appendingPathComponent("direct_url.json")),
                        isRequested: FileManager.default.fileExists(atPath: place.appendingPathComponent("REQUESTED").path)))
            }
        }
        return files
    }

    private static func names(in folder: URL) -> [String] {
        // “lib/python3” can be a link to “lib/python3.11”: the same packages are read once.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { (try? FileManager.default.destinationOfSymbolicLink(atPath: folder.appendingPathComponent($0).path)) == nil }
    }

    private static func text(_ file: URL) -> String? {
        (try? Data(contentsOf: file)).map { String(decoding: $0, as: UTF8.self) }
    }
}
