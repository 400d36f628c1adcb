import TLS

/// Sessions and tokens in memory, by the digest of what opens them.
struct LiveGrants {
    var sessions: [Digest: Session] = [:]
    var tokens: [Digest: Token] = [:]
    /// Accounts whose sessions and tokens open nothing for the time being.
    var absent: Set<String> = []
    /// How many tokens are being written, by account.
    private var begun: [String: Int] = [:]
    private var usedSessions: Set<Digest> = []
    private var usedTokens: Set<Digest> = []

    init(sessions: [Digest: Session], tokens: [Digest: Token]) {
        self.sessions = sessions
        self.tokens = tokens
    }

    /// When what was last used, by identifier.
    struct LastUsed: Sendable {
        var sessions: [String: Double] = [:]
        var tokens: [String: Double] = [:]
    }

    mutating func session(_ digest: Digest, now: Double, limits: SessionLimits) -> Session? {
        guard var session = sessions[digest], session.isLive(at: now, idle: limits.idle), !absent.contains(session.account) else {
            return nil
        }
        session.lastUsed = now
        sessions[digest] = session
        usedSessions.insert(digest)
        return session
    }

    mutating func token(_ digest: Digest, now: Double) -> Token? {
        guard var token = tokens[digest], token.isLive(at: now), !absent.contains(token.account) else { return nil }
        token.lastUsed = now
        tokens[digest] = token
        usedTokens.insert(digest)
        return token
    }

    /// A place for one more token, until ``endToken(of:)``; false where the account has as many as it may.
    mutating func beginToken(of account: String, now: Double, limit: Int) -> Bool {
        let live = limit == .max ? 0 : tokens.values.count { $0.account == account && $0.session == nil && $0.isLive(at: now) }
        let begun = begun[account] ?? 0
        guard live + begun < limit else { return false }
        self.begun[account] = begun + 1
        return true
    }

    /// The token is there, or could not be written.
    mutating func endToken(of account: String) {
        let left = (begun[account] ?? 1) - 1
        begun[account] = left > 0 ? left : nil
    }

    mutating func touch(sessions ids: Set<String>, tokens tokenIDs: Set<String>, now: Double) {
        for (digest, session) in sessions where ids.contains(session.id) {
            sessions[digest]?.lastUsed = now
            usedSessions.insert(digest)
        }
        for (digest, token) in tokens where tokenIDs.contains(token.id) {
            tokens[digest]?.lastUsed = now
            usedTokens.insert(digest)
        }
    }

    mutating func removeSessions(where matches: (Session) -> Bool) -> [Session] {
        let removed = sessions.filter { matches($0.value) }
        for digest in removed.keys { sessions[digest] = nil }
        return Array(removed.values)
    }

    mutating func removeTokens(where matches: (Token) -> Bool) -> [Token] {
        let removed = tokens.filter { matches($0.value) }
        for digest in removed.keys { tokens[digest] = nil }
        return Array(removed.values)
    }

    /// Takes out what has expired, and tells what was used since the last time.
    mutating func sweep(now: Double, limits: SessionLimits) -> ([Session], [Token], LastUsed) {
        let endedSessions = removeSessions { !$0.isLive(at: now, idle: limits.idle) }
        let ended = Set(endedSessions.map(\.id))
        let endedTokens = removeTokens { token in !token.isLive(at: now) || token.session.map(ended.contains) ?? false }
        var used = LastUsed()
        for digest in usedSessions { if let session = sessions[digest] { used.sessions[session.id] = session.lastUsed } }
        for digest in usedTokens { if let token = tokens[digest], let time = token.lastUsed { used.tokens[token.id] = time } }
        usedSessions = []
        usedTokens = []
        return (endedSessions, endedTokens, used)
    }
}
