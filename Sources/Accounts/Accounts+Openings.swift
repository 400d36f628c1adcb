import GRDB

extension Accounts {
    /// How long an opening is remembered after its end, for the owner to see; in seconds.
    private static let openingsKept: Double = 7 * 86_400

    /// Lets the session of an administrator into a server of `owner` for `lifetime` seconds.
    public func open(
        _ server: String, of owner: String, for session: Session, reason: String, lifetime: Double
    ) async throws(AccountsError) {
        let now = clock()
        let reason = String(reason.prefix(400))
        try await change("open a server") { database in
            try database.execute(sql: "DELETE FROM opening WHERE until < ?", arguments: [now - Self.openingsKept])
            try database.execute(
                sql: "INSERT INTO opening (account, session, owner, server, reason, made, until) VALUES (?, ?, ?, ?, ?, ?, ?)",
                arguments: [session.account, session.id, owner, server, reason, now, now + lifetime])
        }
    }

    /// Ends an opening at once; nil where there is no such one, or it has ended.
    public func endOpening(_ id: Int) async throws(AccountsError) -> Opening? {
        let now = clock()
        guard let opening = known.withLock({ $0 }).openings.first(where: { $0.id == id && now < $0.until }) else { return nil }
        _ = try await change("end an opening") { database in
            try database.execute(sql: "UPDATE opening SET until = ? WHERE id = ?", arguments: [now, id])
        }
        return opening
    }

    /// Who went into a server of `owner` in the last days, the newest first.
    public func openings(of owner: String) -> [Opening] {
        let now = clock()
        return known.withLock { $0.openings }.filter { $0.owner == owner && now < $0.until + Self.openingsKept }
    }

    /// The openings that hold now.
    public var liveOpenings: [Opening] {
        let now = clock()
        return known.withLock { $0.openings }.filter { now < $0.until }
    }
}

extension Opening {
    static func all(in database: Database) throws -> [Opening] {
        try Row.fetchAll(database, sql: "SELECT * FROM opening ORDER BY id DESC").map { row in
            Opening(
                id: row["id"], account: row["account"], session: row["session"], owner: row["owner"], server: row["server"],
                reason: row["reason"], made: row["made"], until: row["until"])
        }
    }
}
