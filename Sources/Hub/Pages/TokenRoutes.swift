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
        let made = try await hub.accounts.makeToken(
            account: session.account, note: form.filled("note") ?? hub.texts("token", "noNote"), scopes: ["self"],
            lifetime: lifetime.days.map { $0 * 86_400 })
        hub.logger.info("Token made", metadata: ["account": "\(session.account)", "token": "\(made.token.id)"])
        return page(session, request, context, secret: made.secret)
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
                ] as [String: Any]
            },
            "hasTokens": !tokens.isEmpty,
            "lifetimes": Self.lifetimes.map {
                ["key": $0.key, "text": hub.texts("token", $0.key), "chosen": $0.key == "quarter"] as [String: Any]
            },
            "site": hub.site(request),
        ]
        if let secret { values["secret"] = secret }
        return hub.page("token", title: hub.texts("token", "title"), request: request, context: context, values)
    }
}
