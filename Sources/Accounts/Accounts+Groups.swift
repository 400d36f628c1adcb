import GRDB

extension Accounts {
    /// All groups, by name.
    public func groups() async throws(AccountsError) -> [Group] {
        try await database.read("read the groups") { database in
            let members = try Row.fetchAll(database, sql: "SELECT groupName, account FROM member ORDER BY account")
            let byGroup = Dictionary(grouping: members) { $0["groupName"] as String }
            return try Row.fetchAll(database, sql: "SELECT name, properties FROM \"group\" ORDER BY name").map { row in
                let name: String = row["name"]
                return Group(name: name, members: byGroup[name]?.map { $0["account"] } ?? [], properties: row["properties"])
            }
        }
    }

    /// The group with this name; nil where there is none.
    public func group(named name: String) async throws(AccountsError) -> Group? {
        try await groups().first { $0.name == name }
    }

    /// The names of the groups that `account` is in.
    public func groups(of account: String) async throws(AccountsError) -> [String] {
        try await database.read("read a user's groups") { database in
            try String.fetchAll(database, sql: "SELECT groupName FROM member WHERE account = ? ORDER BY groupName", arguments: [account])
        }
    }

    /// Makes a group; false where there is one of that name.
    public func makeGroup(named name: String) async throws(AccountsError) -> Bool {
        try await database.write("make a group") { database in
            try database.execute(sql: "INSERT OR IGNORE INTO \"group\" (name, properties) VALUES (?, '{}')", arguments: [name])
            return database.changesCount > 0
        }
    }

    /// Removes a group; false where there is none of that name.
    public func removeGroup(named name: String) async throws(AccountsError) -> Bool {
        try await change("remove a group") { database in
            try database.execute(sql: "DELETE FROM member WHERE groupName = ?", arguments: [name])
            try database.execute(sql: "DELETE FROM share WHERE isGroup AND recipient = ?", arguments: [name])
            try database.execute(sql: "DELETE FROM \"group\" WHERE name = ?", arguments: [name])
            return database.changesCount > 0
        }
    }

    /// Adds and removes members of a group.
    public func changeGroup(named name: String, adding: [String] = [], removing: [String] = []) async throws(AccountsError) {
        try await change("change a group") { database in
            for account in adding {
                try database.execute(sql: "INSERT OR IGNORE INTO member (groupName, account) VALUES (?, ?)", arguments: [name, account])
            }
            for account in removing {
                try database.execute(sql: "DELETE FROM member WHERE groupName = ? AND account = ?", arguments: [name, account])
            }
        }
    }

    /// Keeps a JSON object with a group.
    public func setProperties(_ properties: String, ofGroup name: String) async throws(AccountsError) {
        try await database.write("change a group") { database in
            try database.execute(sql: "UPDATE \"group\" SET properties = ? WHERE name = ?", arguments: [properties, name])
        }
    }
}
