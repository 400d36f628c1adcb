/// What became of a token.
public enum TokenChange: Sendable, Equatable {
    case made(Token)
    case revoked(Token)
    /// It was used, and never before.
    case firstUsed(Token)
}

extension Accounts {
    /// Calls `handler` with every change from now on, in the task that brings it about where there
    /// is one. The handler must not change accounts itself.
    public func onTokenChange(_ handler: @escaping @Sendable (TokenChange) -> Void) {
        listeners.withLock { $0.tokens.append(handler) }
    }

    func tell(_ change: TokenChange) {
        for handler in listeners.withLock({ $0.tokens }) { handler(change) }
    }
}
