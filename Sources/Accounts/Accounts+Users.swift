import GRDB

extension Accounts {
    /// Notes that a person logged in: adds them, or renews what is known of them.
    public func noteLogin(name: String, uid: UInt32, fullName: String, admin: Bool) async throws(AccountsError) {
        let now = clock()
        absent.remove(name)
        try await change("note a log-in") { database in
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

    /// Everybody who has ever logged in or was added, by name.
    /// - Parameter text: a part of the account's name or of the person's; empty for everybody.
    public func users(matching text: String = "") async throws(AccountsError) -> [User] {
        try await database.read("read the users") { database in
            let all = UserRow.order(Column("name"))
            guard !text.isEmpty else { return try all.fetchAll(database).map(\.user) }
            let pattern = "%" + text.replacing("\\", with: "\\\\").replacing("%", with: "\\%").replacing("_", with: "\\_") + "%"
            return try all.filter(Column("name").like(pattern, escape: "\\") || Column("fullName").like(pattern, escape: "\\"))
                .fetchAll(database).map(\.user)
        }
    }

    /// Adds a person who has not logged in yet; false where they are known already.
    public func addUser(name: String, uid: UInt32, fullName: String, admin: Bool) async throws(AccountsError) -> Bool {
        let now = clock()
        return try await change("add a user") { database in
            try database.execute(
                sql: """
                    INSERT OR IGNORE INTO user (name, uid, fullName, admin, madeAdmin, created, lastActivity) VALUES (?, ?, ?, 0, ?, ?, ?)
                    """, arguments: [name, uid, fullName, admin, now, now])
            return database.changesCount > 0
        }
    }

    /// Makes a person an administrator, or no longer; what a group of the host says stays.
    public func setAdmin(_ admin: Bool, of name: String) async throws(AccountsError) {
        try await change("change a user") { database in
            try database.execute(sql: "UPDATE user SET madeAdmin = ? WHERE name = ?", arguments: [admin, name])
        }
    }

    /// Notes that a person did something, in seconds since 1970; an earlier time changes nothing.
    public func noteActivity(of name: String, at time: Double) async throws(AccountsError) {
        let time = min(time, clock())
        try await database.write("note activity") { database in
            try database.execute(sql: "UPDATE user SET lastActivity = MAX(lastActivity, ?) WHERE name = ?", arguments: [time, name])
        }
    }

    /// Forgets a person: their sessions and tokens end, their choices and memberships go. False where
    /// nobody of that name is known.
    public func removeUser(named name: String) async throws(AccountsError) -> Bool {
        for token in tokens(of: name) { _ = try await revokeToken(token.id, of: name) }
        try await endSessions(of: name)
        return try await change("remove a user") { database in
            try database.execute(sql: "DELETE FROM choice WHERE account = ?", arguments: [name])
            try database.execute(sql: "DELETE FROM member WHERE account = ?", arguments: [name])
            try database.execute(sql: "DELETE FROM share WHERE owner = ? OR (NOT isGroup AND recipient = ?)", arguments: [name, name])
            try database.execute(sql: "DELETE FROM shareCode WHERE owner = ?", arguments: [name])
            try database.execute(sql: "DELETE FROM user WHERE name = ?", arguments: [name])
            return database.changesCount > 0
        }
    }

    /// Forgets what a server was started with.
    public func forgetChoice(of account: String, server: String) async throws(AccountsError) {
        try await database.write("forget a choice") { database in
            try database.execute(sql: "DELETE FROM choice WHERE account = ? AND server = ?", arguments: [account, server])
        }
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

    /// What `account` last started each of its servers with, by the server's name.
    public func choices(of account: String) async throws(AccountsError) -> [String: ServerChoice] {
        try await database.read("read choices") { database in
            try Row.fetchAll(database, sql: "SELECT server, profile, environment FROM choice WHERE account = ?", arguments: [account])
                .reduce(into: [:]) { $0[$1["server"]] = ServerChoice(profile: $1["profile"], environment: $1["environment"]) }
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
