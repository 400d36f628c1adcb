import ArgumentParser
import Environments
import Foundation
import LauncherProtocol

/// An environment as a person names it: `NAME`, `NAME@VERSION`, or the file of a lock (with a “/” or “.json”).
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

    func find(_ options: EnvironmentOptions) async throws -> Found {
        if text.contains("/") || text.hasSuffix(".json") {
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
