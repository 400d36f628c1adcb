import Accounts
import Configuration
import Foundation

/// What a webhook is sent.
enum WebhookBody {
    /// JSON, always the same bytes for the same proposal.
    static func of(_ proposal: Proposal, site: String, form: WebhookConfiguration.Form) throws -> [UInt8] {
        let text = ProposalText(proposal: proposal, site: site)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        switch form {
        case .slack: return Array(try encoder.encode(["text": escaped(text.body)]))
        case .json: return Array(try encoder.encode(Generic(proposal, text)))
        }
    }

    /// Slack takes these three for its own signs (“Escaping text”, docs.slack.dev).
    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }

    private struct Generic: Encodable {
        struct Subject: Encodable {
            let id: Int
            let kind: Proposal.Kind
            let owner: String
            let subject: String
            let base: String
            let steps: [String]
            let solves: Bool
            let remarks: [String]
            let changes: [Proposal.Change]
            let recipe: String
            let created: String
        }

        let event = "proposal"
        let text: String
        let url: String
        let proposal: Subject

        init(_ proposal: Proposal, _ text: ProposalText) {
            self.text = text.title
            url = text.link
            let content = proposal.content
            self.proposal = Subject(
                id: proposal.id, kind: content.kind, owner: content.owner, subject: content.subject, base: content.base,
                steps: content.steps, solves: content.solves, remarks: content.remarks, changes: content.changes, recipe: content.recipe,
                created: Date(timeIntervalSince1970: proposal.made).ISO8601Format())
        }
    }
}
