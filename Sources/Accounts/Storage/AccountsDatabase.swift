import Foundation
import GRDB
import TLS

/// The SQLite file. Every method says in its errors what it was doing.
struct AccountsDatabase: Sendable {
    let path: String
    private let pool: DatabasePool

    init(path: String) throws(AccountsError) {
        self.path = path
        do {
            try Self.makePrivate(path)
            var configuration = Configuration()
            configuration.foreignKeysEnabled = true
            configuration.busyMode = .timeout(5)
            pool = try DatabasePool(path: path, configuration: configuration)
            try AccountsSchema.migrator.migrate(pool)
        } catch {
            throw AccountsError(action: "open the accounts", path: path, reason: "\(error)")
        }
    }

    /// SQLite gives its `-wal` and `-shm` files the rights of the main one.
    private static func makePrivate(_ path: String) throws {
        let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        close(descriptor)
    }

    func write<Value: Sendable>(
        _ action: String, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(AccountsError) -> Value {
        do { return try await pool.write(body) } catch {
            throw AccountsError(action: action, path: path, reason: "\(error)")
        }
    }

    func read<Value: Sendable>(
        _ action: String, _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(AccountsError) -> Value {
        do { return try await pool.read(body) } catch {
            throw AccountsError(action: action, path: path, reason: "\(error)")
        }
    }

    func readAnnouncements() throws(AccountsError) -> [Announcement] {
        do { return try pool.read(Self.announcements) } catch {
            throw AccountsError(action: "read the notices", path: path, reason: "\(error)")
        }
    }

    func readKnown() throws(AccountsError) -> Known {
        do { return try pool.read(Known.read) } catch {
            throw AccountsError(action: "read who is what", path: path, reason: "\(error)")
        }
    }

    func readLiveGrants() throws(AccountsError) -> LiveGrants {
        do {
            return try pool.read { database in
                LiveGrants(
                    sessions: Dictionary(try SessionRow.fetchAll(database).compactMap(\.entry)) { $1 },
                    tokens: Dictionary(try TokenRow.fetchAll(database).compactMap(\.entry)) { $1 })
            }
        } catch {
            throw AccountsError(action: "read sessions and tokens", path: path, reason: "\(error)")
        }
    }

    func add(_ session: Session, digest: Digest) async throws(AccountsError) {
        try await write("add a session") { try SessionRow(session, digest: digest).insert($0) }
    }

    func add(_ token: Token, digest: Digest) async throws(AccountsError) {
        try await write("add a token") { try TokenRow(token, digest: digest).insert($0) }
    }

    func remove(_ removals: Removals) async throws(AccountsError) {
        try await write("end sessions and tokens") { database in
            try SessionRow.filter(removals.sessions.contains(Column("id"))).deleteAll(database)
            try TokenRow.filter(removals.tokens.contains(Column("id"))).deleteAll(database)
        }
    }

    func write(lastUsed used: LiveGrants.LastUsed) async throws(AccountsError) {
        guard !used.sessions.isEmpty || !used.tokens.isEmpty else { return }
        try await write("note what was used") { database in
            for (id, time) in used.sessions {
                try database.execute(sql: "UPDATE session SET lastUsed = ? WHERE id = ?", arguments: [time, id])
                try database.execute(
                    sql: "UPDATE user SET lastActivity = MAX(lastActivity, ?) WHERE name = (SELECT account FROM session WHERE id = ?)",
                    arguments: [time, id])
            }
            for (id, time) in used.tokens {
                try database.execute(sql: "UPDATE token SET lastUsed = ? WHERE id = ?", arguments: [time, id])
            }
        }
    }
}
