import Accounts
import Foundation
import HTTPTypes
import Hummingbird
import LauncherProtocol

/// `/hub/api/oauth2/authorize` and `/hub/api/oauth2/token`: JupyterHub's code flow (RFC 6749, 4.1) with PKCE,
/// by which services find out who their visitors are.
struct OAuthRoutes {
    let hub: HubServices

    func add(to router: RouterGroup<HubContext>) {
        let pages = router.group("oauth2/authorize").add(middleware: PagesAreForPeople())
        pages.get(use: ask)
        pages.post(use: allow)
        router.post("oauth2/token", use: token)
    }

    // MARK: The visitor

    /// What a client asks for, checked.
    private struct Asked {
        let client: OAuthClient
        let callback: String
        let state: String?
        let challenge: String?
        let scopes: [String]
    }

    /// Sends the visitor back with a code, after asking them where they have to be asked.
    @Sendable private func ask(_ request: Request, _ context: HubContext) async throws -> Response {
        guard let session = context.identity?.session else {
            return .seeOther("/hub/login?next=" + request.uri.string.percentEncodedWhole)
        }
        let asked = try asked({ request.query($0) }, session, request)
        guard needsToAsk(asked, session) else { return sendBack(asked, session) }
        let name = if case .service(let name) = asked.client.kind { name } else { asked.client.id }
        return hub.page(
            "authorize", title: hub.texts("oauth", "title", ["service": name]), request: request, context: context,
            [
                "lead": hub.texts("oauth", "lead", ["service": name]),
                "scopes": asked.scopes.filter { $0 != asked.client.access.description && !Self.identity.contains($0) },
                "fields": Self.names.compactMap { name in
                    request.query(name).map { ["name": name, "value": $0] as [String: Any] }
                },
            ])
    }

    @Sendable private func allow(_ request: Request, _ context: HubContext) async throws -> Response {
        let (session, form) = try await hub.form(request, context)
        return sendBack(try asked({ form[$0] }, session, request), session)
    }

    private static let names = [
        "client_id", "redirect_uri", "response_type", "state", "scope", "code_challenge", "code_challenge_method",
    ]
    /// What every client may know of its visitor.
    private static let identity = ["read:users:name!user", "read:users:groups!user"]

    /// Nothing wrong is ever sent back to the address it came with: a person sees it here.
    private func asked(_ value: (String) -> String?, _ session: Session, _ request: Request) throws -> Asked {
        let callback = value("redirect_uri") ?? ""
        guard let client = OAuthClient(id: value("client_id") ?? "", callback: callback, site: hub.site(request)), exists(client) else {
            throw HubError(.badRequest, text: hub.texts("oauth", "unknown"))
        }
        guard value("response_type") == "code", ["S256", nil].contains(value("code_challenge_method")) else {
            throw HubError(.badRequest, text: hub.texts("oauth", "unsupported"))
        }
        let rights = hub.rights(of: session)
        let mayVisit =
            switch client.kind {
            case .service(let name): rights.allow("access:services", on: .service(name))
            case .server(let server): hub.reach(of: session).contains(server)
            }
        guard mayVisit else { throw HubError(.forbidden, text: hub.texts("oauth", "refused")) }
        var offered: [String] = []
        if case .service(let name) = client.kind, let service = hub.services[name] {
            offered = service.visitorScopes.filter { Scope($0).map { rights.have($0.name) } ?? false }
        }
        if let wanted = value("scope")?.split(separator: " ").map(String.init), !wanted.isEmpty {
            offered.removeAll { !wanted.contains($0) }
        }
        return Asked(
            client: client, callback: callback, state: value("state"), challenge: value("code_challenge"),
            scopes: Self.identity + [client.access.description] + offered)
    }

    private func exists(_ client: OAuthClient) -> Bool {
        if case .service(let name) = client.kind { return hub.services[name]?.tokenDigest != nil }
        return true
    }

    /// One's own server and what an administrator trusts need no word; nor does what was allowed in this log-in already.
    private func needsToAsk(_ asked: Asked, _ session: Session) -> Bool {
        switch asked.client.kind {
        case .server(let server): return server.owner != session.account
        case .service(let name):
            if hub.services[name]?.isTrusted == true { return false }
            return !hub.accounts.tokens(of: session.account).contains { token in
                token.session == session.id && Set(token.scopes).isSuperset(of: asked.scopes)
            }
        }
    }

    private func sendBack(_ asked: Asked, _ session: Session) -> Response {
        let code = hub.codes.issue(
            .init(
                client: asked.client.id, callback: asked.callback, account: session.account, session: session.id, scopes: asked.scopes,
                challenge: asked.challenge))
        let state = asked.state.map { "&state=" + $0.percentEncodedWhole } ?? ""
        return .seeOther("\(asked.client.callback)?code=\(code)\(state)")
    }

    // MARK: The client

    /// A token for a code. Errors have OAuth's form (RFC 6749, 5.2).
    @Sendable private func token(_ request: Request, _ context: HubContext) async throws -> Response {
        let form = try await FormBody.read(request)
        func refused(_ error: String, _ description: String, _ status: HTTPResponse.Status = .badRequest) -> Response {
            .json(["error": .string(error), "error_description": .string(description)], status: status)
        }
        guard form["grant_type"] == "authorization_code" else {
            return refused("unsupported_grant_type", "grant_type is authorization_code here.")
        }
        guard let code = form["code"], let callback = form["redirect_uri"], let id = form["client_id"] else {
            return refused("invalid_request", "code, redirect_uri and client_id are needed.")
        }
        guard let client = OAuthClient(id: id, callback: callback, site: hub.site(request)),
            isProved(client, by: form["client_secret"] ?? "")
        else { return refused("invalid_client", "The client's identifier, address and secret do not go together.", .unauthorized) }
        guard let grant = hub.codes.redeem(code), grant.client == client.id, grant.callback == callback,
            grant.isProved(by: form["code_verifier"]),
            let session = hub.accounts.sessions(of: grant.account).first(where: { $0.id == grant.session })
        else { return refused("invalid_grant", "The code is used up, too old, or not for this client.") }
        let lifetime = session.expires - Date().timeIntervalSince1970
        let made = try await hub.accounts.makeToken(
            account: grant.account, note: client.id, scopes: grant.scopes, lifetime: lifetime, session: session.id)
        return .json([
            "access_token": .string(made.secret), "token_type": "Bearer", "expires_in": .number(lifetime.rounded(.down)),
            "scope": .string(grant.scopes.joined(separator: " ")),
        ])
    }

    /// A service's secret is its own token, a server's one of its owner that may go into it.
    private func isProved(_ client: OAuthClient, by secret: String) -> Bool {
        guard let identity = hub.identity(secret: secret) else { return false }
        switch (client.kind, identity.proof) {
        case (.service(let name), .service(let known)): return name == known
        case (.server(let server), .server(let known)): return server == known
        case (.server(let server), .token): return identity.account == server.owner && hub.reach(of: identity).contains(server)
        default: return false
        }
    }
}

extension HubServices {
    func rights(of session: Session) -> Rights { rights(ofAccount: session.account) }

    func reach(of session: Session) -> Reach { reach(of: .init(account: session.account, proof: .session(session))) }
}
