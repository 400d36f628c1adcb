import Hummingbird
import LauncherProtocol

/// A page of somebody's environments, with what they searched for.
struct EnvironmentPage {
    /// Environments on a page.
    static let size = 25

    let environments: [EnvironmentSummary]
    /// Whether administrators demand that servers start with one of the person's environments.
    let isDemanded: Bool
    private let text: String
    private let offset: Int
    private let total: Int

    /// - Parameter request: with `q`, a part of the name, and `offset`.
    static func read(_ request: Request, of account: String, _ hub: HubServices) async throws(LauncherError) -> EnvironmentPage {
        let text = request.filledQuery("q") ?? ""
        let offset = max(request.filledQuery("offset").flatMap { Int($0) } ?? 0, 0)
        let found = try await hub.launcher.call(FindEnvironments(account: account, text: text, offset: offset, limit: size))
        return EnvironmentPage(
            environments: found.environments, isDemanded: found.isDemanded, text: text, offset: min(offset, found.names.count),
            total: found.names.count)
    }

    /// For the pages: the search where there is something to search in, and the links to the pages before and after.
    /// - Parameter path: where the page is; `more` is the rest of the query, `fragment` the place on the page.
    func values(_ path: String, more: String = "", fragment: String = "") -> [String: Any] {
        let links = AdminPage.links(
            path, text, offset, hasMore: offset + environments.count < total, page: Self.size, more: more + fragment)
        return links.merging(["q": text, "searches": total > Self.size || !text.isEmpty, "hasEnvironments": !environments.isEmpty]) { $1 }
    }
}
