import Foundation
import GRDB
import TLS

extension Accounts {
    /// Gives scopes on a server, beside those that were given before; returns what is given now.
    public func share(
        _ server: String, of owner: String, with recipient: Share.Recipient, scopes: [String]
    ) async throws(AccountsError) -> Share? {
        let now = clock()
        return try await change("share a server") { database in
            try Share.give(scopes, on: server, of: owner, to: recipient, at: now, in: database)
        }
    }

    /// Takes scopes on a server back, all of them for nil; returns what is left.
    public func unshare(
        _ server: String, of owner: String, from recipient: Share.Recipient, scopes: [String]? = nil
    ) async throws(AccountsError) -> Share? {
        try await change("take a share back") { database in
            guard let share = try Share.find(server, of: owner, with: recipient, in: database) else { return nil }
            let left = scopes.map { scopes in share.scopes.filter { !scopes.contains($0) } } ?? []
            try share.write(left, in: database)
            return try Share.find(server, of: owner, with: recipient, in: database)
        }
    }

    /// Takes back all that was given on a server.
    public func unshareAll(_ server: String, of owner: String) async throws(AccountsError) {
        try await change("take shares back") { database in
            try database.execute(sql: "DELETE FROM share WHERE owner = ? AND server = ?", arguments: [owner, server])
        }
    }

    // MARK: Codes

    /// Makes a code that gives scopes on a server to whoever shows it. The code itself is kept only as a digest.
    public func makeShareCode(
        _ server: String, of owner: String, scopes: [String], lifetime: Double
    ) async throws(AccountsError) -> (code: String, record: ShareCode) {
        let now = clock()
        let code = RandomText.secret()
        let digest = Data(Digest(sha256: code.utf8).bytes)
        let id = try await database.write("make a share code") { database in
            try database.execute(sql: "DELETE FROM shareCode WHERE expires < ?", arguments: [now])
            try database.execute(
                sql: "INSERT INTO shareCode (digest, owner, server, scopes, created, expires, exchanges) VALUES (?, ?, ?, ?, ?, ?, 0)",
                arguments: [digest, owner, server, scopes.joined(separator: " "), now, now + lifetime])
            return Int(database.lastInsertedRowID)
        }
        let record = ShareCode(
            id: id, owner: owner, server: server, scopes: scopes, created: now, expires: now + lifetime, exchanges: 0, lastExchange: nil)
        return (code, record)
    }

    /// The codes on the servers of `owner` that hold, or on the one of this name.
    public func shareCodes(of owner: String, server: String? = nil) async throws(AccountsError) -> [ShareCode] {
        let now = clock()
        return try await database.read("read share codes") { database in
            try Row.fetchAll(database, sql: "SELECT * FROM shareCode WHERE owner = ? AND expires > ? ORDER BY id", arguments: [owner, now])
                .map { ShareCode($0) }.filter { server == nil || $0.server == server }
        }
    }

    /// The record of a code that holds.
    public func shareCode(_ code: String) async throws(AccountsError) -> ShareCode? {
        let now = clock()
        let digest = Data(Digest(sha256: code.utf8).bytes)
        return try await database.read("read a share code") { database in
            try Row.fetchOne(database, sql: "SELECT * FROM shareCode WHERE digest = ? AND expires > ?", arguments: [digest, now])
                .map { ShareCode($0) }
        }
    }

    /// Gives `account` what a code that holds is good for.
    public func exchange(_ code: ShareCode, for account: String) async throws(AccountsError) -> Share? {
        let now = clock()
        return try await change("accept a share") { database in
            try database.execute(
                sql: "UPDATE shareCode SET exchanges = exchanges + 1, lastExchange = ? WHERE id = ?", arguments: [now, code.id])
            return try Share.give(code.scopes, on: code.server, of: code.owner, to: .user(account), at: now, in: database)
        }
    }

    /// Takes codes back: the one with this identifier, or all on the server. Returns how many went.
    public func removeShareCodes(on server: String, of owner: String, id: Int? = nil) async throws(AccountsError) -> Int {
        try await database.write("remove share codes") { database in
            try database.execute(
                sql: "DELETE FROM shareCode WHERE owner = ? AND server = ? AND (? IS NULL OR id = ?)",
                arguments: [owner, server, id, id])
            return database.changesCount
        }
    }
}

extension ShareCode {
    fileprivate init(_ row: Row) {
        self.init(
            id: row["id"], owner: row["owner"], server: row["server"], scopes: (row["scopes"] as String).words, created: row["created"],
            expires: row["expires"], exchanges: row["exchanges"], lastExchange: row["lastExchange"])
    }
}

extension Share {
    static func all(in database: Database) throws -> [Share] {
        try Row.fetchAll(database, sql: "SELECT * FROM share ORDER BY owner, server, recipient").map { Share($0) }
    }

    static func find(_ server: String, of owner: String, with recipient: Recipient, in database: Database) throws -> Share? {
        try Row.fetchOne(
            database, sql: "SELECT * FROM share WHERE owner = ? AND server = ? AND isGroup = ? AND recipient = ?",
            arguments: [owner, server, recipient.isGroup, recipient.name]
        ).map { Share($0) }
    }

    static func give(
        _ scopes: [String], on server: String, of owner: String, to recipient: Recipient, at now: Double, in database: Database
    ) throws -> Share? {
        let before = try find(server, of: owner, with: recipient, in: database)
        let share = before ?? Share(owner: owner, server: server, recipient: recipient, scopes: [], created: now)
        try share.write(Array(Set(share.scopes + scopes)).sorted(), in: database)
        return try find(server, of: owner, with: recipient, in: database)
    }

    func write(_ scopes: [String], in database: Database) throws {
        try database.execute(
            sql: "DELETE FROM share WHERE owner = ? AND server = ? AND isGroup = ? AND recipient = ?",
            arguments: [owner, server, recipient.isGroup, recipient.name])
        guard !scopes.isEmpty else { return }
        try database.execute(
            sql: "INSERT INTO share (owner, server, isGroup, recipient, scopes, created) VALUES (?, ?, ?, ?, ?, ?)",
            arguments: [owner, server, recipient.isGroup, recipient.name, scopes.joined(separator: " "), created])
    }

    private init(_ row: Row) {
        let name: String = row["recipient"]
        self.init(
            owner: row["owner"], server: row["server"], recipient: row["isGroup"] ? .group(name) : .user(name),
            scopes: (row["scopes"] as String).words, created: row["created"])
    }
}

extension Share.Recipient {
    /// The account or the group.
    public var name: String {
        switch self {
        case .user(let name), .group(let name): name
        }
    }

    var isGroup: Bool { if case .group = self { true } else { false } }
}
