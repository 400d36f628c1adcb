import GRDB

extension Accounts {
    /// What is to be told now, the newest first. From memory: every page asks.
    public var announcements: [Announcement] {
        let now = clock()
        return told.withLock { $0 }.filter { $0.until.map { now < $0 } ?? true }
    }

    /// Tells everybody something, until `until` in seconds since 1970, or until it is taken back.
    public func announce(
        _ text: String, level: Announcement.Level = .info, by author: String, until: Double?
    ) async throws(AccountsError) {
        let now = clock()
        let text = String(text.prefix(1000))
        try await database.write("add a notice") { database in
            try database.execute(
                sql: "INSERT INTO notice (text, level, author, made, until) VALUES (?, ?, ?, ?, ?)",
                arguments: [text, level.rawValue, author, now, until])
        }
        try await readAnnouncements()
    }

    /// Takes something back; false where it is not told.
    public func withdrawAnnouncement(_ id: Int) async throws(AccountsError) -> Bool {
        let isGone = try await database.write("remove a notice") { database in
            try database.execute(sql: "DELETE FROM notice WHERE id = ?", arguments: [id])
            return database.changesCount > 0
        }
        try await readAnnouncements()
        return isGone
    }

    func readAnnouncements() async throws(AccountsError) {
        let all = try await database.read("read the notices", AccountsDatabase.announcements)
        told.withLock { $0 = all }
    }
}

extension AccountsDatabase {
    @Sendable static func announcements(in database: Database) throws -> [Announcement] {
        try Row.fetchAll(database, sql: "SELECT id, text, level, author, made, until FROM notice ORDER BY id DESC").map {
            Announcement(
                id: $0["id"], text: $0["text"], level: Announcement.Level(rawValue: $0["level"]) ?? .info, author: $0["author"],
                made: $0["made"], until: $0["until"])
        }
    }
}
