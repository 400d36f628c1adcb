import Environments
import LauncherProtocol

/// What the pages show of one version.
struct VersionView {
    let values: [String: Any]

    init(
        _ texts: TextCatalog, _ version: EnvironmentVersionSummary, isCurrent: Bool = false, before: EnvironmentVersionSummary? = nil
    ) {
        values = [
            "id": version.id, "short": String(version.id.prefix(8)), "message": texts(version.words), "author": version.author,
            "time": Format.moment(version.time), "timeAt": Format.machine(version.time), "isBuilt": version.isBuilt,
            "isCurrent": isCurrent, "before": before?.id ?? "", "tags": version.tags, "hasTags": !version.tags.isEmpty,
        ]
    }
}

/// What the pages show of one package that is different.
struct ChangeView {
    let values: [String: Any]

    init(_ texts: TextCatalog, _ change: PackageChange) {
        values = [
            "name": change.name, "before": change.before ?? "", "after": change.after ?? "",
            "direction": texts("change", change.direction.rawValue), "tone": change.direction.rawValue,
            "why": texts("change", change.isAsked ? "asked" : "pulledIn"),
        ]
    }
}

extension EnvironmentContent {
    /// Why a package is there, in lines; nil where there is none of that name.
    func explanation(of package: String) -> String? {
        Explanation(of: package, in: lock, asked: recipe.asked)?.text(limit: 10)
    }
}
