import GRDB

extension Accounts {
    /// Notes that a person logged in: adds them, or renews what is known of them.
    public func noteLogin(name: String, uid: UInt32, fullName: String, admin: Bool) async throws(AccountsError) {
        let now = clock()
        try await database.write("note a log-in") { database in
            try database.execute(
                sql: """
                    INSERT INTO user (name, uid, fullName, admin, created, lastActivity) VALUES (?, ?, ?, ?, ?, ?)
                    ON CONFLICT (name) DO UPDATE SET uid = excluded.uid, fullName = excluded.fullName,
                        admin = excluded.admin, lastActivity = excluded.lastActivity
                    """,
                arguments: [name, uid, fullName, admin, now, now])
        }
    }

    /// The person with this account name; nil where they have never logged in.
    public func user(named name: String) async throws(AccountsError) -> User? {
        try await database.read("read a user") { try UserRow.fetchOne($0, key: name)?.user }
    }

    /// Everybody who has ever logged in, by name.
    public func users() async throws(AccountsError) -> [User] {
        try await database.read("read the users") { try UserRow.order(Column("name")).fetchAll($0).map(\.user) }
    }

    /// What `account` last started the server `server` with; the empty name is the default server.
    public func choice(of account: String, server: String = "") async throws(AccountsError) -> ServerChoice? {
        try await database.read("read a choice") { database in
            try Row.fetchOne(
                database, sql: "SELECT profile, environment FROM choice WHERE account = ? AND server = ?",
                arguments: [account, server]
            ).map { ServerChoice(profile: $0["profile"], environment: $0["environment"]) }
        }
    }

    /// Remembers what `account` starts `server` with.
    public func remember(_ choice: ServerChoice, of account: String, server: String = "") async throws(AccountsError) {
        try await database.write("remember a choice") { database in
            try database.execute(
                sql: "INSERT OR REPLACE INTO choice (account, server, profile, environment) VALUES (?, ?, ?, ?)",
                arguments: [account, server, choice.profile, choice.environment])
        }
    }
}
