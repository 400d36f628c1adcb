import Accounts
import Environments
import Foundation
import LauncherProtocol

/// An environment as it stands, read.
struct WatchedEnvironment: Sendable {
    let owner: String
    let name: String
    /// The version that stands.
    let version: String
    let text: String
    let recipe: Recipe
    let lock: Lock

    /// Nil where it can't be read.
    init?(owner: String, _ found: InspectEnvironment.Outcome) {
        guard let recipe = try? Recipe(yaml: found.recipe),
            let lock = try? Lock(json: found.lock)
        else { return nil }
        self.owner = owner
        name = found.summary.name
        version = found.version.id
        text = found.recipe
        self.recipe = recipe
        self.lock = lock
    }

    /// Everybody's own environments. Whose can't be read now is left out.
    static func all(
        of accounts: Accounts, by launcher: any LauncherCalling, skipping: (String, String) -> Void
    ) async throws -> [WatchedEnvironment] {
        var all: [WatchedEnvironment] = []
        for user in try await accounts.users() {
            let summaries: [EnvironmentSummary]
            do {
                summaries = try await launcher.call(ListEnvironments(account: user.name))
            } catch {
                skipping(user.name, error.message.english)
                continue
            }
            // What others share is theirs to change.
            for summary in summaries where !summary.name.contains("/") {
                do {
                    let found = try await launcher.call(InspectEnvironment(account: user.name, environment: summary.name))
                    if let environment = WatchedEnvironment(owner: user.name, found) { all.append(environment) }
                } catch { skipping("\(user.name)/\(summary.name)", error.message.english) }
            }
        }
        return all
    }
}
