import TLS

extension Accounts {
    /// Makes an API token. `secret` is shown once and kept only as a digest.
    /// - Parameters:
    ///   - lifetime: seconds; nil for ever.
    ///   - session: ``Session/id`` of the log-in that it is to end with.
    ///   - limit: how many the account may have, beside those that end with a session.
    public func makeToken(
        account: String, note: String, scopes: [String], lifetime: Double?, session: String? = nil, limit: Int = .max
    ) async throws(AccountsError) -> (secret: String, token: Token) {
        let now = clock()
        guard live.withLock({ $0.beginToken(of: account, now: now, limit: limit) }) else { throw AccountsError(tooManyTokens: limit) }
        defer { live.withLock { $0.endToken(of: account) } }
        let secret = Token.prefix + RandomText.secret()
        let digest = Digest(sha256: secret.utf8)
        let token = Token(
            id: RandomText.identifier(), account: account, note: String(note.prefix(256)), scopes: scopes, created: now,
            expires: lifetime.map { now + $0 }, lastUsed: nil, session: session)
        try await database.add(token, digest: digest)
        live.withLock { $0.tokens[digest] = token }
        announce()
        tell(.made(token))
        return (secret, token)
    }

    /// The live token with this secret; notes that it was used. Cheap for a wrong one.
    public func token(secret: String) -> Token? {
        guard secret.hasPrefix(Token.prefix) else { return nil }
        let digest = Digest(sha256: secret.utf8)
        let (token, isFirst) = live.withLock { grants in
            let isFirst = grants.tokens[digest]?.lastUsed == nil
            return (grants.token(digest, now: clock()), isFirst)
        }
        if isFirst, let token { tell(.firstUsed(token)) }
        return token
    }

    /// The live tokens of `account`, the newest first.
    public func tokens(of account: String) -> [Token] {
        let now = clock()
        return live.withLock { grants in grants.tokens.values.filter { $0.account == account && $0.isLive(at: now) } }
            .sorted { $0.created > $1.created }
    }

    /// Revokes a token of `account`; false where there is none of that identifier.
    public func revokeToken(_ id: String, of account: String) async throws(AccountsError) -> Bool {
        try await revokeTokens { $0.id == id && $0.account == account }
    }

    /// False where none matches.
    func revokeTokens(where matches: @Sendable (Token) -> Bool) async throws(AccountsError) -> Bool {
        let revoked = takeTokens(where: matches)
        try await remove(tokens: revoked)
        return !revoked.isEmpty
    }

    /// Takes them out of memory, and returns their identifiers. They open nothing any more, whatever the disk does.
    func takeTokens(where matches: @Sendable (Token) -> Bool) -> [String] {
        let revoked = live.withLock { $0.removeTokens(where: matches) }
        guard !revoked.isEmpty else { return [] }
        announce()
        for token in revoked { tell(.revoked(token)) }
        return revoked.map(\.id)
    }
}
