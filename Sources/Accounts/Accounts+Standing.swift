import GRDB

extension Accounts {
    /// Who is what now. From memory: every request asks.
    public var standing: Standing { known.withLock { $0.standing } }

    /// Changes what ``standing`` or the openings are made of, and tells the listeners where they are others now.
    func change<Value: Sendable>(
        _ action: String, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(AccountsError) -> Value {
        let before = known.withLock { $0 }
        // Within the write, so that a later one is never overtaken.
        let value = try await database.write(action) { [self] database in
            let value = try body(database)
            let now = try Known.read(database)
            known.withLock { $0 = now }
            return value
        }
        if known.withLock({ $0 != before }) { announce() }
        return value
    }
}

/// What is held in memory of people, beside their sessions and tokens.
struct Known: Sendable, Equatable {
    var standing = Standing()
    var openings: [Opening] = []

    @Sendable static func read(_ database: Database) throws -> Known {
        var known = Known()
        known.standing.administrators = try Set(
            String.fetchAll(database, sql: "SELECT name FROM user WHERE admin OR madeAdmin"))
        for row in try Row.fetchAll(database, sql: "SELECT groupName, account FROM member") {
            known.standing.members[row["groupName"], default: []].insert(row["account"])
        }
        known.standing.shares = try Share.all(in: database)
        known.openings = try Opening.all(in: database)
        return known
    }
}
