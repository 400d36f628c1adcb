import Foundation
import GRDB
import TLS

/// A row of `session`.
struct SessionRow: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "session"
    var id: String
    var digest: Data
    var account: String
    var csrf: String
    var created: Double
    var expires: Double
    var lastUsed: Double
    var address: String
    var userAgent: String
    var login: String?

    init(_ session: Session, digest: Digest) {
        id = session.id
        self.digest = Data(digest.bytes)
        account = session.account
        csrf = session.csrf
        created = session.created
        expires = session.expires
        lastUsed = session.lastUsed
        address = session.address
        userAgent = session.userAgent
        login = session.login
    }

    var entry: (Digest, Session)? {
        guard let digest = Digest(bytes: digest) else { return nil }
        return (
            digest,
            Session(
                id: id, account: account, csrf: csrf, created: created, expires: expires, lastUsed: lastUsed,
                address: address, userAgent: userAgent, login: login)
        )
    }
}

/// A row of `token`; its scopes are separated by spaces, as in OAuth (RFC 6749, 3.3).
struct TokenRow: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "token"
    var id: String
    var digest: Data
    var account: String
    var note: String
    var scopes: String
    var created: Double
    var expires: Double?
    var lastUsed: Double?
    var session: String?

    init(_ token: Token, digest: Digest) {
        id = token.id
        self.digest = Data(digest.bytes)
        account = token.account
        note = token.note
        scopes = token.scopes.joined(separator: " ")
        created = token.created
        expires = token.expires
        lastUsed = token.lastUsed
        session = token.session
    }

    var entry: (Digest, Token)? {
        guard let digest = Digest(bytes: digest) else { return nil }
        return (
            digest,
            Token(
                id: id, account: account, note: note, scopes: scopes.words,
                created: created, expires: expires, lastUsed: lastUsed, session: session)
        )
    }
}

/// A row of `user`.
struct UserRow: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "user"
    var name: String
    var uid: UInt32
    var fullName: String
    var admin: Bool
    var madeAdmin: Bool
    var created: Double
    var lastActivity: Double

    var user: User {
        User(
            name: name, uid: uid, fullName: fullName, admin: admin || madeAdmin, isAdminByGroup: admin, created: created,
            lastActivity: lastActivity)
    }
}

extension String {
    /// The parts between spaces: scopes in a column, for example.
    var words: [String] { split(separator: " ").map(String.init) }
}
