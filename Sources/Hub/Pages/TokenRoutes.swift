import Accounts
import Hummingbird

/// `/hub/token`: make, list and revoke API tokens.
struct TokenRoutes {
    let hub: HubServices

    /// The life times that the page offers, in days; nil for ever.
    private static let lifetimes: [(key: String, days: Double?)] = [
        ("week", 7), ("month", 30), ("quarter", 90), ("year", 365), ("never", nil),
    ]

    func add(to router: RouterGroup<HubContext>) {
        router.get("token", use: show)
        router.post("token", use: make)
        router.post("token/revoke", use: revoke)
    }

    @Sendable private func show(_ request: Request, _ context: HubContext) async throws -> Response {
        page(try hub.visitor(request, context), request, context)
    }

    /// Shows the secret in the answer itself: nothing keeps it for a second page.
    @Sendable private func make(_ request: Request, _ context: HubContext) async throws -> Response {
        let (session, form) = try await hub.form(request, context)
        guard let lifetime = Self.lifetimes.first(where: { $0.key == form["lifetime"] }) else {
            throw HubError(.badRequest, "Choose how long the token should last.")
        }
        let rights = hub.rights(ofAccount: session.account)
        let scopes = try TokenScopes(owner: rights, maker: rights).granted(asked(form, rights))
        let made = try await hub.accounts.makeToken(
            account: session.account, note: form.filled("note") ?? hub.texts("token", "noNote"), scopes: scopes,
            lifetime: lifetime.days.map { $0 * 86_400 })
        hub.logger.info("Token made", metadata: ["account": "\(session.account)", "token": "\(made.token.id)"])
        return page(session, request, context, secret: made.secret)
    }

    /// What was ticked and written; everything that is the person's own where that was chosen.
    private func asked(_ form: FormBody, _ rights: Rights) throws(HubError) -> [String] {
        if form["reach"] != "some" { return ["self"] }
        let ticked = offered(to: rights).filter { form["scope-\($0.key)"] != nil }.map(\.scope)
        let written = (form["scopes"] ?? "").split(whereSeparator: { $0.isWhitespace || $0 == "," }).map(String.init)
        guard !ticked.isEmpty || !written.isEmpty else { throw HubError(.badRequest, text: hub.texts("token", "noScope")) }
        return ticked + written.filter { !ticked.contains($0) }
    }

    /// What can be ticked: what people want most, as far as it is theirs to give.
    private static let offers: [(key: String, scope: String)] = [
        ("access", "access:servers!user"), ("start", "servers!user"), ("read", "read:users!user"), ("tokens", "tokens!user"),
        ("metrics", "read:metrics"), ("cull", "delete:servers"), ("people", "admin:users"), ("allServers", "admin:servers"),
        ("groups", "admin:groups"),
    ]

    private func offered(to rights: Rights) -> [(key: String, scope: String)] {
        Self.offers.filter { offer in Scope(offer.scope).map(rights.allow) ?? false }
    }

    @Sendable private func revoke(_ request: Request, _ context: HubContext) async throws -> Response {
        let (session, form) = try await hub.form(request, context)
        guard try await hub.accounts.revokeToken(form["token"] ?? "", of: session.account) else { throw HubError.notFound }
        return .seeOther("/hub/token")
    }

    private func page(_ session: Session, _ request: Request, _ context: HubContext, secret: String? = nil) -> Response {
        let tokens = hub.accounts.tokens(of: session.account)
        var values: [String: Any] = [
            "tokens": tokens.map { token in
                [
                    "id": token.id, "note": token.note, "created": Format.moment(token.created), "createdAt": Format.machine(token.created),
                    "used": token.lastUsed.map(Format.moment) ?? hub.texts("token", "neverUsed"),
                    "usedAt": token.lastUsed.map(Format.machine) ?? "",
                    "expires": token.expires.map(Format.moment) ?? hub.texts("token", "never"),
                    "expiresAt": token.expires.map(Format.machine) ?? "",
                    "scopes": token.scopes == ["self"] ? hub.texts("token", "allOfMine") : token.scopes.joined(separator: " "),
                ] as [String: Any]
            },
            "hasTokens": !tokens.isEmpty,
            "lifetimes": Self.lifetimes.map {
                ["key": $0.key, "text": hub.texts("token", $0.key), "chosen": $0.key == "quarter"] as [String: Any]
            },
            "offers": offered(to: hub.rights(ofAccount: session.account)).map {
                ["key": $0.key, "scope": $0.scope, "text": hub.texts("tokenScope", $0.key)] as [String: Any]
            },
            "site": hub.site(request),
        ]
        if let secret { values["secret"] = secret }
        return hub.page("token", title: hub.texts("token", "title"), request: request, context: context, values)
    }
}
