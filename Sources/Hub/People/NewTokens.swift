import Accounts
import Hummingbird

/// Tokens that people make, on the page or by the API: as many as an account may have.
struct NewTokens {
    let hub: HubServices

    func make(account: String, note: String?, scopes: [String], lifetime: Double?) async throws -> (secret: String, token: Token) {
        let limit = hub.configuration.hub.tokensPerAccount
        let made: (secret: String, token: Token)
        do {
            made = try await hub.accounts.makeToken(
                account: account, note: note ?? hub.texts("token", "noNote"), scopes: scopes, lifetime: lifetime, limit: limit)
        } catch {
            guard error.kind == .tooManyTokens else { throw error }
            throw HubError(.forbidden, text: hub.texts("token", "tooMany", ["count": "\(limit)"]))
        }
        hub.logger.info("Token made", metadata: ["account": "\(account)", "token": "\(made.token.id)"])
        return made
    }
}
