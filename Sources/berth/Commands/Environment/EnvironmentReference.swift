import ArgumentParser
import Environments
import Foundation
import LauncherProtocol

/// An environment as a person names it: `NAME` or `OWNER/NAME`, `@VERSION` behind it where another than the current
/// version is meant, or the file of a lock.
struct EnvironmentReference: ExpressibleByArgument {
    private let text: String

    /// What it stands for.
    struct Found {
        let name: String
        /// Nil for a file: a lock doesn't say what was asked for.
        let recipe: Recipe?
        let lock: Lock
        /// Of the recipe's other platforms.
        let otherLocks: [Lock]

        var export: EnvironmentExport { EnvironmentExport(name: name, recipe: recipe, lock: lock, otherLocks: otherLocks) }
    }

    init?(argument: String) {
        guard !argument.isEmpty else { return nil }
        text = argument
    }

    /// The name, and the version where one is given.
    var parts: (name: String, version: String?) {
        let parts = text.split(separator: "@", maxSplits: 1).map(String.init)
        return (parts.first ?? text, parts.count > 1 ? parts[1] : nil)
    }

    /// `OWNER/NAME` looks like a file in a directory: it is one where there is one.
    private var isFile: Bool {
        let isPath = ["./", "../", "/", "~"].contains(where: text.hasPrefix)
        let isLock = [".json", ".lock", ".yml", ".yaml", ".txt"].contains(where: text.lowercased().hasSuffix)
        return isPath || isLock || (text.contains("/") && FileManager.default.fileExists(atPath: text))
    }

    func find(_ options: EnvironmentOptions) async throws -> Found {
        if isFile {
            let name = URL(fileURLWithPath: text).deletingPathExtension().lastPathComponent
            return Found(name: name, recipe: nil, lock: try EnvironmentFile.lock(text), otherLocks: [])
        }
        let (name, version) = parts
        let found = try await options.launcher().call(
            InspectEnvironment(account: options.account(), environment: name, version: version))
        return Found(
            name: found.summary.name, recipe: try Recipe(yaml: found.recipe), lock: try Lock(json: found.lock),
            otherLocks: try found.otherLocks.sorted { $0.key < $1.key }.map { try Lock(json: $0.value) })
    }
}
