import Hummingbird
import TLS

/// Finds out who sends a request: by `Authorization: token|bearer`, else by the session's cookie.
struct Identify: RouterMiddleware {
    typealias Context = HubContext
    let hub: HubServices

    func handle(
        _ request: Request, context: HubContext, next: (Request, HubContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        if let authorization = request.headers[.authorization] {
            // Whoever shows a token is judged by it alone; a wrong one is nobody.
            context.identity = Self.secret(in: authorization).flatMap(hub.identity)
        } else if let secret = HubCookies.value(of: hub.cookies.session, in: request.headers),
            let session = hub.accounts.session(secret: secret)
        {
            context.identity = .init(account: session.account, proof: .session(session))
            context.isAdministrator = hub.accounts.standing.administrators.contains(session.account)
        }
        return try await next(request, context)
    }

    private static func secret(in authorization: String) -> String? {
        let words = authorization.split(separator: " ")
        guard words.count == 2, ["token", "bearer"].contains(words[0].lowercased()) else { return nil }
        return String(words[1])
    }
}

extension HubServices {
    /// Whose token this is: a person's, a service's or a server's.
    func identity(secret: String) -> HubContext.Identity? {
        if let token = accounts.token(secret: secret) { return .init(account: token.account, proof: .token(token)) }
        if let service = services.service(secret: secret) {
            return .init(account: Services.account(of: service), proof: .service(service))
        }
        // How long a comparison takes tells something about a digest, and nothing about what it is of.
        let digest = Digest(sha256: secret.utf8)
        let server = servers.apiTokens.first { Digest(sha256: $0.token.utf8) == digest }
        return server.map { .init(account: $0.id.owner, proof: .server($0.id)) }
    }
}
