import Accounts

/// A proposal in words, for people who are not at a page.
struct ProposalText {
    let proposal: Proposal
    /// Scheme, host and port of the site.
    let site: String

    private var content: Proposal.Content { proposal.content }

    /// Where it can be accepted.
    var link: String { "\(site)/hub/updates#proposal-\(proposal.id)" }

    /// One line.
    var title: String {
        switch content.kind {
        case .image: "A newer image: \(content.steps.joined(separator: ", "))"
        case .movedImage: "An image has changed under its tag: \(content.steps.joined(separator: ", "))"
        case .packages:
            content.solves
                ? "Newer packages for \(content.owner)/\(content.subject): \(short(content.steps))"
                : "Newer packages that do not fit \(content.owner)/\(content.subject): \(short(content.steps))"
        }
    }

    private func short(_ steps: [String]) -> String {
        let shown = steps.prefix(3).joined(separator: ", ")
        return steps.count > 3 ? "\(shown) and \(steps.count - 3) more" : shown
    }

    /// The whole of it, in lines of plain text.
    var body: String {
        var lines = [title, ""]
        lines += content.steps.map { "* \($0)" }
        let others = content.changes.filter { !$0.isAsked }.count
        if others > 0 { lines += ["", "With them \(others) package\(others == 1 ? "" : "s") that nobody asked for by name would change."] }
        if !content.remarks.isEmpty { lines += [""] + content.remarks }
        switch content.kind {
        case .image: lines += ["", "To use it, write “image: \(content.subject.withTag(content.base))” in berth.yaml."]
        case .movedImage: lines += ["", "Fetch it, or dismiss it; servers that run keep what they were started with:"]
        case .packages where content.solves: lines += ["", "Accept or dismiss it:"]
        case .packages: lines += ["", "Look at it:"]
        }
        lines.append(link)
        return lines.joined(separator: "\n") + "\n"
    }
}

extension String {
    /// The name of an image with another tag.
    func withTag(_ tag: String) -> String { ImageName(self).map { "\($0.name):\(tag)" } ?? self }
}
