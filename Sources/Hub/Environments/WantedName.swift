import Environments
import LauncherProtocol

/// What somebody who brings a recipe has called the environment, and whether they have one of that name.
struct WantedName {
    /// Nil where neither they nor the recipe say it.
    let text: String?

    /// - Parameter given: What they called it; nil for the recipe's own name.
    /// - Throws: where it can't be a name, or `OWNER/NAME`.
    init(_ given: String?, of recipe: String) throws(HubError) {
        if let given {
            let parts = given.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let isOthers = parts.count == 2 && !parts[0].isEmpty && !parts[0].hasPrefix(".")
            guard EnvironmentName(parts.last ?? given) != nil, parts.count == 1 || isOthers else {
                throw HubError(.badRequest, "“\(given.prefix(80))” can't be the name of an environment. \(EnvironmentName.rule)")
            }
            text = given
        } else {
            text = LockFile.isMeant(by: recipe) ? nil : (try? Recipe(yaml: recipe))?.name?.text
        }
    }

    /// The environment of that name, whose next version would be built; nil where there is none, or where that isn't known.
    func present(of account: String, _ hub: HubServices) async -> EnvironmentSummary? {
        guard let text, let found = try? await hub.launcher.call(InspectEnvironment(account: account, environment: text)) else {
            return nil
        }
        return found.summary
    }
}
