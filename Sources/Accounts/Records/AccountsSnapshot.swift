import TLS

/// All live sessions and tokens, as values to publish.
public struct AccountsSnapshot: Sendable, Equatable {
    /// One live session.
    public struct LiveSession: Sendable, Equatable {
        /// The SHA-256 digest of the cookie's value.
        public let digest: Digest
        public let account: String
        /// ``Session/id``.
        public let id: String
    }

    /// One live token.
    public struct LiveToken: Sendable, Equatable {
        /// The SHA-256 digest of the secret, prefix and all.
        public let digest: Digest
        public let token: Token
    }

    public let sessions: [LiveSession]
    public let tokens: [LiveToken]
    public let standing: Standing
    /// Those that hold.
    public let openings: [Opening]
}
