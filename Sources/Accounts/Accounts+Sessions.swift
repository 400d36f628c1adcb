import TLS

extension Accounts {
    /// Opens a session. `secret` is the cookie's value: 256 random bits, kept only as a digest.
    /// - Parameter login: the PAM session that goes with it.
    public func openSession(
        account: String, address: String, userAgent: String, login: String?
    ) async throws(AccountsError) -> (secret: String, session: Session) {
        let now = clock()
        let secret = RandomText.secret()
        let digest = Digest(sha256: secret.utf8)
        let session = Session(
            id: RandomText.identifier(), account: account, csrf: RandomText.secret(), created: now,
            expires: now + limits.absolute, lastUsed: now, address: String(address.prefix(64)),
            userAgent: String(userAgent.prefix(256)), login: login)
        try await database.add(session, digest: digest)
        live.withLock { $0.sessions[digest] = session }
        announce()
        return (secret, session)
    }

    /// The live session that the cookie's value opens; notes that it was used.
    public func session(secret: String) -> Session? {
        let digest = Digest(sha256: secret.utf8)
        return live.withLock { $0.session(digest, now: clock(), limits: limits) }
    }

    /// The live sessions of `account`, the last used one first.
    public func sessions(of account: String) -> [Session] {
        let now = clock()
        return live.withLock { grants in
            grants.sessions.values.filter { $0.account == account && $0.isLive(at: now, idle: limits.idle) }
        }.sorted { $0.lastUsed > $1.lastUsed }
    }

    /// Ends a session at once, everywhere.
    public func endSession(_ id: String) async throws(AccountsError) {
        try await endSessions { $0.id == id }
    }

    /// Ends all sessions of `account`, but for the one with the identifier `kept`.
    public func endSessions(of account: String, except kept: String? = nil) async throws(AccountsError) {
        try await endSessions { $0.account == account && $0.id != kept }
    }

    private func endSessions(where matches: @Sendable (Session) -> Bool) async throws(AccountsError) {
        let ended = live.withLock { $0.removeSessions(where: matches) }
        guard !ended.isEmpty else { return }
        announce(ended: ended)
        let ids = Set(ended.map(\.id))
        let tokens = takeTokens { token in token.session.map(ids.contains) ?? false }
        try await remove(sessions: ended.map(\.id), tokens: tokens)
    }

    /// Notes that these sessions and tokens, by their public identifiers, were used just now.
    public func touch(sessions: Set<String>, tokens: Set<String> = []) {
        let first = live.withLock { grants in
            let first = grants.tokens.values.filter { tokens.contains($0.id) && $0.lastUsed == nil }
            grants.touch(sessions: sessions, tokens: tokens, now: clock())
            return first
        }
        for token in first { tell(.firstUsed(token)) }
    }
}
