import Foundation
import LauncherProtocol

/// Where a recipe comes from that somebody names instead of writing it.
enum RecipeSource: Equatable {
    /// An environment of this hub: `NAME` or `OWNER/NAME`, and a version or release.
    case hub(reference: String, version: String?)
    /// A Git repository elsewhere.
    case git(url: String)

    /// `OWNER/NAME[@VERSION]`, the address of an environment's page or repository here, or any other URL.
    /// - Parameter site: scheme, host and port of this hub.
    init?(_ text: String, site: String) {
        let text = text.trimmingCharacters(in: .whitespaces)
        guard !text.isEmpty else { return nil }
        guard text.contains("://") else {
            self = Self.here(text)
            return
        }
        guard text.lowercased().hasPrefix(site.lowercased() + "/") else {
            self = .git(url: text)
            return
        }
        let path = text.dropFirst(site.count).prefix { !"?#".contains($0) }
        for prefix in ["/hub/git/", "/hub/environments/"] where path.hasPrefix(prefix) {
            let name = String(path.dropFirst(prefix.count)).removingPercentEncoding ?? ""
            let parts = name.split(separator: "/").prefix(2).map { $0.hasSuffix(".git") ? $0.dropLast(4) : $0 }
            self = Self.here(parts.joined(separator: "/"))
            return
        }
        return nil
    }

    private static func here(_ text: String) -> RecipeSource {
        let parts = text.split(separator: "@", maxSplits: 1).map(String.init)
        return .hub(reference: parts.first ?? "", version: parts.count == 2 ? parts[1] : nil)
    }
}

/// A recipe that was found where somebody said.
struct FoundRecipe {
    let text: String
    /// Where, with the commit.
    let origin: String

    static func find(
        _ source: RecipeSource, reference: String?, path: String?, for account: String, _ hub: HubServices
    ) async throws -> FoundRecipe {
        switch source {
        case .hub(let name, let version):
            let found = try await hub.launcher.call(
                InspectEnvironment(account: account, environment: name, version: version ?? reference))
            return FoundRecipe(text: found.recipe, origin: "\(name)@\(found.version.id.prefix(12))")
        case .git(let url):
            let found = try await hub.launcher.call(FetchRecipe(account: account, url: url, reference: reference, path: path))
            return FoundRecipe(text: found.recipe, origin: "\(url)@\(found.commit.prefix(12))")
        }
    }
}
