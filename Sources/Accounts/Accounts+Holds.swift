import GRDB

/// Versions that are kept out.
extension Accounts {
    /// All holds, by package.
    public func holds() async throws(AccountsError) -> [Hold] {
        try await database.read("read what is held back") { database in
            try Row.fetchAll(database, sql: "SELECT * FROM hold ORDER BY package, id").map { row in
                Hold(
                    id: row["id"], account: row["account"], package: row["package"], versions: row["versions"], reason: row["reason"],
                    author: row["author"], made: row["made"])
            }
        }
    }

    /// Keeps versions out.
    /// - Parameter account: whose environments it is for; empty for everybody's.
    public func hold(
        _ package: String, _ versions: String, reason: String, account: String, by author: String
    ) async throws(AccountsError) -> Hold {
        let now = clock()
        let reason = String(reason.prefix(500))
        return try await database.write("hold a version back") { database in
            try database.execute(
                sql: "INSERT INTO hold (account, package, versions, reason, author, made) VALUES (?, ?, ?, ?, ?, ?)",
                arguments: [account, package, versions, reason, author, now])
            return Hold(
                id: Int(database.lastInsertedRowID), account: account, package: package, versions: versions, reason: reason,
                author: author, made: now)
        }
    }

    /// Lets versions in again; false where there is no such hold.
    public func releaseHold(_ id: Int) async throws(AccountsError) -> Bool {
        try await database.write("release a hold") { database in
            try database.execute(sql: "DELETE FROM hold WHERE id = ?", arguments: [id])
            return database.changesCount > 0
        }
    }
}
