import GRDB

/// What is newer upstream, and what people decided about it.
extension Accounts {
    /// Whether something was proposed before: nobody is asked twice. What could not be had is forgotten after a
    /// week, because channels get the rest of a release later.
    /// - Parameter fingerprint: what makes two proposals the same.
    public func knowsProposal(_ fingerprint: String) async throws(AccountsError) -> Bool {
        let now = clock()
        return try await database.read("look for a proposal") { try Self.knows(fingerprint, now, in: $0) }
    }

    private static func knows(_ fingerprint: String, _ now: Double, in database: Database) throws -> Bool {
        try Bool.fetchOne(
            database,
            sql: """
                SELECT 1 FROM proposal WHERE fingerprint = ? AND state != 'superseded'
                    AND (state IN ('accepted', 'dismissed') OR (state = 'open' AND solves) OR made > ?)
                """, arguments: [fingerprint, now - 7 * 86_400]) ?? false
    }

    /// Adds a proposal, in the place of the open one about the same subject; nil where it was made before.
    public func propose(
        _ content: Proposal.Content, fingerprint: String, state: Proposal.State = .open
    ) async throws(AccountsError) -> Proposal? {
        let now = clock()
        return try await database.write("add a proposal") { database in
            guard try !Self.knows(fingerprint, now, in: database) else { return nil }
            try database.execute(sql: "DELETE FROM proposal WHERE fingerprint = ?", arguments: [fingerprint])
            try Self.supersede(content.kind, content.owner, content.subject, in: database)
            var row = ProposalRow(content, fingerprint: fingerprint, state: state, made: now)
            try row.insert(database)
            return row.proposal
        }
    }

    /// Takes the open proposal about a subject back, because it is no longer what there is to have.
    /// - Parameter fingerprint: the one that still is; nil for none.
    public func supersedeProposals(
        _ kind: Proposal.Kind, owner: String, subject: String, except fingerprint: String? = nil
    ) async throws(AccountsError) {
        try await database.write("take a proposal back") { database in
            try Self.supersede(kind, owner, subject, except: fingerprint, in: database)
        }
    }

    private static func supersede(
        _ kind: Proposal.Kind, _ owner: String, _ subject: String, except fingerprint: String? = nil, in database: Database
    ) throws {
        try database.execute(
            sql: """
                UPDATE proposal SET state = 'superseded', lock = ''
                WHERE state = 'open' AND kind = ? AND owner = ? AND subject = ? AND fingerprint IS NOT ?
                """, arguments: [kind.rawValue, owner, subject, fingerprint])
    }

    /// Proposals, the newest first, without their locks, which are large; those about nothing are left out.
    /// - Parameter state: nil for whatever became of them.
    public func proposals(_ state: Proposal.State? = .open) async throws(AccountsError) -> [Proposal] {
        try await database.read("read the proposals") { database in
            try ProposalRow.fetchAll(
                database,
                sql: """
                    SELECT id, fingerprint, kind, owner, subject, base, steps, recipe, '' AS lock, changes, solves, remarks, made, state,
                        decidedBy, decided
                    FROM proposal WHERE CASE WHEN ?1 IS NULL THEN state != 'moot' ELSE state = ?1 END ORDER BY id DESC LIMIT 1000
                    """, arguments: [state?.rawValue]
            ).compactMap(\.proposal)
        }
    }

    /// One proposal; nil where there is none.
    public func proposal(_ id: Int) async throws(AccountsError) -> Proposal? {
        try await database.read("read a proposal") { try ProposalRow.fetchOne($0, key: id)?.proposal }
    }

    /// Decides about an open proposal; false where it is open no longer.
    public func decide(_ id: Int, _ state: Proposal.State, by account: String) async throws(AccountsError) -> Bool {
        let now = clock()
        return try await database.write("decide about a proposal") { database in
            try database.execute(
                sql: "UPDATE proposal SET state = ?, decidedBy = ?, decided = ? WHERE id = ? AND state = 'open'",
                arguments: [state.rawValue, account, now, id])
            return database.changesCount > 0
        }
    }

    /// Opens a proposal again whose build did not succeed, unless there is a newer one.
    public func reopenProposal(_ id: Int) async throws(AccountsError) {
        try await database.write("open a proposal again") { database in
            try database.execute(
                sql: """
                    UPDATE proposal SET state = 'open', decidedBy = NULL, decided = NULL WHERE id = ?1 AND state = 'accepted' AND NOT EXISTS
                        (SELECT 1 FROM proposal AS other WHERE other.id > ?1 AND other.kind = proposal.kind
                            AND other.owner = proposal.owner AND other.subject = proposal.subject)
                    """, arguments: [id])
        }
    }

    /// When something was last looked for, in seconds since 1970; nil for never.
    public func lastLook(for what: String) async throws(AccountsError) -> Double? {
        try await database.read("read when it was looked upstream") {
            try Double.fetchOne($0, sql: "SELECT began FROM look WHERE what = ?", arguments: [what])
        }
    }

    /// Notes that something is looked for now.
    public func noteLook(for what: String) async throws(AccountsError) {
        let now = clock()
        try await database.write("note a look upstream") {
            try $0.execute(sql: "INSERT OR REPLACE INTO look (what, began) VALUES (?, ?)", arguments: [what, now])
        }
    }
}
