import Accounts
import LauncherProtocol

/// What the pages show of a proposal.
struct ProposalView {
    let values: [String: Any]

    init(_ texts: TextCatalog, _ seen: Proposals.Seen) {
        let (proposal, content) = (seen.proposal, seen.proposal.content)
        let packages = content.changes.filter { $0.isAsked && $0.after != nil }.map(\.name)
        let isImage = content.kind.isAboutImage
        values = [
            "hasLayer": seen.hasLayer, "id": proposal.id, "isImage": isImage, "isMoved": content.kind == .movedImage,
            "isHoldable": content.kind != .movedImage,
            "title": texts("updates", content.kind == .movedImage ? "movedImage" : "image"),
            "subject": isImage ? content.subject : seen.environment,
            "path": isImage ? "" : EnvironmentView.path(seen.environment), "steps": content.steps, "remarks": content.remarks,
            "changes": content.changes.map { ChangeView(texts, PackageChange($0)).values }, "hasChanges": !content.changes.isEmpty,
            "recipe": content.recipe, "solves": content.solves && !isImage, "isUnsolvable": !content.solves,
            "made": Format.moment(proposal.made), "madeAt": Format.machine(proposal.made), "tag": content.base,
            // An image is held back by its name; of packages one is chosen.
            "holdPackages": isImage ? [content.subject.withoutTag] : packages,
            "holdVersions": isImage ? content.base : content.changes.first { $0.isAsked }?.after ?? "",
        ]
    }
}

extension PackageChange {
    init(_ change: Proposal.Change) {
        self.init(
            name: change.name, direction: Direction(rawValue: change.direction) ?? .rebuilt, before: change.before, after: change.after,
            isAsked: change.isAsked)
    }
}

extension String {
    /// The name of an image alone.
    fileprivate var withoutTag: String {
        guard let colon = lastIndex(of: ":"), !self[colon...].contains("/") else { return self }
        return String(self[..<colon])
    }
}
