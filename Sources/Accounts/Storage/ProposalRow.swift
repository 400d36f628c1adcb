import Foundation
import GRDB

/// A row of `proposal`; its lists are JSON.
struct ProposalRow: Codable, FetchableRecord, MutablePersistableRecord {
    static let databaseTableName = "proposal"
    var id: Int?
    var fingerprint: String
    var kind: String
    var owner: String
    var subject: String
    var base: String
    var steps: [String]
    var recipe: String
    var lock: String
    var changes: [Proposal.Change]
    var solves: Bool
    var remarks: [String]
    var made: Double
    var state: String
    var decidedBy: String?
    var decided: Double?

    init(_ content: Proposal.Content, fingerprint: String, state: Proposal.State, made: Double) {
        self.fingerprint = fingerprint
        kind = content.kind.rawValue
        owner = content.owner
        subject = content.subject
        base = content.base
        steps = content.steps
        recipe = content.recipe
        lock = content.lock
        changes = content.changes
        solves = content.solves
        remarks = content.remarks
        self.made = made
        self.state = state.rawValue
    }

    mutating func didInsert(_ inserted: InsertionSuccess) { id = Int(inserted.rowID) }

    /// Nil for a row of a later version of Berth.
    var proposal: Proposal? {
        guard let id, let kind = Proposal.Kind(rawValue: kind), let state = Proposal.State(rawValue: state) else { return nil }
        let content = Proposal.Content(
            kind: kind, owner: owner, subject: subject, base: base, steps: steps, recipe: recipe, lock: lock, changes: changes,
            solves: solves, remarks: remarks)
        return Proposal(id: id, content: content, made: made, state: state, decidedBy: decidedBy, decided: decided)
    }
}
