import Environments
import LauncherProtocol

/// What somebody wrote on top of a version that is no longer the current one, beside the one that is.
struct OutdatedEdit {
    let newest: InspectEnvironment.Outcome
    let text: String
    private let texts: TextCatalog

    /// Nil where the build failed for another reason, or the current version can't be read.
    init?(_ build: Builds.Build, of account: String, _ hub: HubServices) async {
        guard case .newerVersion = build.failure?.obstacle, let edit = build.edit,
            let newest = try? await hub.launcher.call(InspectEnvironment(account: account, environment: build.name))
        else { return nil }
        self.newest = newest
        text = edit.recipe
        texts = hub.texts
    }

    /// For the editor: the next attempt stands on the current version.
    var values: [String: Any] {
        [
            "base": newest.version.id,
            "outdated": VersionView(texts, newest.version).values.merging([
                "lines": LineDiff(from: newest.recipe, to: text).excerpt(around: 3).map(LineDiff.values(of:))
            ]) { $1 },
        ]
    }
}

extension LineDiff {
    /// For the pages; nil stands for lines that are left out.
    static func values(of line: Line?) -> [String: Any] { ["kind": line?.kind.rawValue ?? "same", "text": line?.description ?? "…"] }
}
