import GRDB

/// Proposals on their way out.
extension Accounts {
    /// Notes that a proposal is to go these ways, from now on.
    public func addDeliveries(of proposal: Int, ways: [String]) async throws(AccountsError) {
        let now = clock()
        try await database.write("note what is to be told") { database in
            for way in ways {
                try database.execute(
                    sql: "INSERT INTO delivery (proposal, way, attempts, next) VALUES (?, ?, 0, ?)", arguments: [proposal, way, now])
            }
        }
    }

    /// Everything that is still to be told, what is due first.
    public func deliveries() async throws(AccountsError) -> [Delivery] {
        try await database.read("read what is to be told") { database in
            try Row.fetchAll(database, sql: "SELECT id, proposal, way, attempts, next FROM delivery ORDER BY next, id").map { row in
                Delivery(id: row["id"], proposal: row["proposal"], way: row["way"], attempts: row["attempts"], next: row["next"])
            }
        }
    }

    /// Notes that an attempt failed and when the next one is, in seconds since 1970.
    public func postpone(_ delivery: Int, until next: Double) async throws(AccountsError) {
        try await database.write("note that nobody was told") {
            try $0.execute(sql: "UPDATE delivery SET attempts = attempts + 1, next = ? WHERE id = ?", arguments: [next, delivery])
        }
    }

    /// Forgets a delivery: it arrived, or it was given up.
    public func endDelivery(_ delivery: Int) async throws(AccountsError) {
        try await database.write("note that somebody was told") {
            try $0.execute(sql: "DELETE FROM delivery WHERE id = ?", arguments: [delivery])
        }
    }
}
