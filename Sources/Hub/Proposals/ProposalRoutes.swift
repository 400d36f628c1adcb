import Accounts
import Hummingbird
import LauncherProtocol

/// `/hub/updates`: what is newer upstream, to accept with one click, to dismiss, or to hold back.
struct ProposalRoutes {
    let hub: HubServices
    private var proposals: Proposals { Proposals(hub: hub) }

    func add(to router: RouterGroup<HubContext>) {
        router.get("updates", use: show)
        router.post("updates/hold", use: hold)
        router.post("updates/release", use: release)
        router.post("updates/look", use: look)
        router.post("updates/:proposal/accept", use: accept)
        router.post("updates/:proposal/dismiss", use: dismiss)
    }

    @Sendable private func show(_ request: Request, _ context: HubContext) async throws -> Response {
        let session = try hub.visitor(request, context)
        let seen = try await proposals.seen(by: session.account, isAdministrator: context.isAdministrator)
        let holds = try await proposals.holds(of: session.account)
        return hub.page(
            "updates", title: hub.texts("updates", "title"), request: request, context: context,
            [
                "proposals": seen.map { ProposalView(hub.texts, $0).values }, "hasProposals": !seen.isEmpty,
                "isOff": !hub.configuration.watch.isOn, "mayLook": hub.configuration.watch.isOn && context.isAdministrator,
                "hasHolds": !holds.isEmpty,
                "holds": holds.map { hold in
                    [
                        "id": hold.id, "package": hold.package, "versions": hold.versions, "reason": hold.reason, "author": hold.author,
                        "made": Format.moment(hold.made), "madeAt": Format.machine(hold.made), "isForAll": hold.account.isEmpty,
                        "mayRelease": !hold.account.isEmpty || context.isAdministrator,
                    ] as [String: Any]
                },
            ])
    }

    @Sendable private func accept(_ request: Request, _ context: HubContext) async throws -> Response {
        let (session, _) = try await hub.form(request, context)
        let seen = try await one(context, session)
        switch try await proposals.accept(seen, by: session.account) {
        case .build(let build): return .seeOther("/hub/environments/builds/\(build.id)")
        case .pull: return .seeOther("/hub/admin/images")
        }
    }

    @Sendable private func dismiss(_ request: Request, _ context: HubContext) async throws -> Response {
        let (session, _) = try await hub.form(request, context)
        try await proposals.dismiss(try await one(context, session), by: session.account)
        return .seeOther("/hub/updates")
    }

    private func one(_ context: HubContext, _ session: Session) async throws -> Proposals.Seen {
        try await proposals.one(
            try context.segment("proposal"), for: session.account, isAdministrator: context.isAdministrator)
    }

    @Sendable private func hold(_ request: Request, _ context: HubContext) async throws -> Response {
        let (session, form) = try await hub.form(request, context)
        let wish = Proposals.Wish(
            package: form["package"] ?? "", versions: form["versions"] ?? "", reason: form["reason"] ?? "",
            forEverybody: form["everybody"] != nil)
        _ = try await proposals.hold(wish, by: session.account, isAdministrator: context.isAdministrator)
        hub.lookUpstream?()
        return .seeOther("/hub/updates#holds")
    }

    @Sendable private func release(_ request: Request, _ context: HubContext) async throws -> Response {
        let (session, form) = try await hub.form(request, context)
        try await proposals.release(form["id"] ?? "", by: session.account, isAdministrator: context.isAdministrator)
        return .seeOther("/hub/updates#holds")
    }

    @Sendable private func look(_ request: Request, _ context: HubContext) async throws -> Response {
        _ = try hub.administrator(request, context)
        _ = try await hub.form(request, context)
        hub.lookUpstream?()
        return .seeOther("/hub/updates")
    }
}
