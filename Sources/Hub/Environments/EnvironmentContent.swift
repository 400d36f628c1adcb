import Environments
import Foundation
import HTTPTypes
import Hummingbird
import LauncherProtocol

/// One version of an environment, read: what the pages and the API derive everything else from.
struct EnvironmentContent {
    let found: InspectEnvironment.Outcome
    let recipe: Recipe
    let lock: Lock
    /// Of the recipe's other platforms, by their names.
    let otherLocks: [Lock]

    var name: String { found.summary.name }
    var export: EnvironmentExport { EnvironmentExport(name: name, recipe: recipe, lock: lock, otherLocks: otherLocks) }

    /// - Parameter version: a version's identity or its beginning; nil for the current one.
    static func read(
        _ name: String, version: String? = nil, of account: String, _ hub: HubServices
    ) async throws -> EnvironmentContent {
        let found = try await hub.launcher.call(InspectEnvironment(account: account, environment: name, version: version))
        do {
            return EnvironmentContent(
                found: found, recipe: try Recipe(yaml: found.recipe), lock: try Lock(json: found.lock),
                otherLocks: try found.otherLocks.sorted { $0.key < $1.key }.map { try Lock(json: $0.value) })
        } catch {
            hub.logger.error("The environment \(account)/\(name) can't be read: \(error)")
            throw HubError(
                .serviceUnavailable, "This version of “\(name)” can't be read. An administrator finds the reason in the gateway's log.")
        }
    }

    /// The two sides of a comparison: one environment's versions `from` and `to`, or its version `from` and, as `with`
    /// says, another environment: `OWNER/NAME[@VERSION]`. What is left out is the current version.
    static func compared(
        _ name: String, _ request: Request, of account: String, _ hub: HubServices
    ) async throws -> (older: EnvironmentContent, newer: EnvironmentContent) {
        let (other, version): (String, String?)
        if let with = request.filledQuery("with") {
            guard case .hub(let reference, let itsVersion) = RecipeSource(with, site: hub.site(request)) else {
                throw HubError(.badRequest, "“with” is another environment: OWNER/NAME, and @VERSION for an older version.")
            }
            (other, version) = (reference, itsVersion)
        } else {
            (other, version) = (name, request.filledQuery("to"))
        }
        async let newer = read(other, version: version, of: account, hub)
        let older = try await read(name, version: request.filledQuery("from"), of: account, hub)
        return (older, try await newer)
    }

    /// The lines of the recipe that are different from `older`, with those around them; nil for what is left out.
    func recipeLines(since older: EnvironmentContent) -> [LineDiff.Line?] {
        LineDiff(from: older.found.recipe, to: found.recipe).excerpt(around: 3)
    }

    /// What is different from `older`, and why it is there.
    func changes(since older: EnvironmentContent) -> (packages: [PackageChange], settings: [String]) {
        let diff = LockDiff(from: older.lock, to: lock, asked: (older.recipe.asked, recipe.asked))
        return (diff.changes.map(PackageChange.init), diff.settings)
    }
}

extension PackageChange {
    init(_ change: LockDiff.Change) {
        let direction: Direction =
            switch change.direction {
            case .added: .added
            case .removed: .removed
            case .up: .up
            case .down: .down
            case .rebuilt: .rebuilt
            }
        self.init(
            name: change.name, direction: direction, before: change.before?.version, after: change.after?.version,
            isAsked: change.reason == .asked)
    }
}
