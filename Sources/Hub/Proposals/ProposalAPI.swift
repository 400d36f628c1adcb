import Accounts
import HTTPTypes
import Hummingbird
import LauncherProtocol

/// `/hub/api/proposals` and `/hub/api/holds`: what the page about updates does, for programs.
struct ProposalAPI {
    let hub: HubServices
    private var proposals: Proposals { Proposals(hub: hub) }

    func add(to router: RouterGroup<HubContext>) {
        router.get("proposals", use: list)
        router.post("proposals", use: look)
        router.get("proposals/:proposal", use: show)
        router.post("proposals/:proposal/accept", use: accept)
        router.post("proposals/:proposal/dismiss", use: dismiss)
        router.get("holds", use: holds)
        router.post("holds", use: hold)
        router.delete("holds/:hold", use: release)
    }

    /// `?state=open`; `all` for whatever became of them.
    @Sendable private func list(_ request: Request, _ context: HubContext) async throws -> Response {
        let (account, isAdministrator) = try caller(request, context)
        let word = request.filledQuery("state") ?? "open"
        let state = Proposal.State(rawValue: word)
        guard word == "all" || (state != nil && state != .moot) else {
            throw HubError(.badRequest, "“state” is one of: open, accepted, dismissed, superseded, all.")
        }
        let seen = try await proposals.seen(by: account, isAdministrator: isAdministrator, state)
        return .json(.array(seen.map { Self.json($0) }))
    }

    /// Looks upstream now.
    @Sendable private func look(_ request: Request, _ context: HubContext) async throws -> Response {
        try hub.rights(request, context).require("admin-ui", on: .hub)
        guard hub.configuration.watch.isOn, let look = hub.lookUpstream else {
            throw HubError(.conflict, "Nobody looks upstream: “watch.images” and “watch.packages” are off in berth.yaml.")
        }
        look()
        return Response(status: .accepted)
    }

    @Sendable private func show(_ request: Request, _ context: HubContext) async throws -> Response {
        .json(Self.json(try await one(request, context).seen, isWhole: true))
    }

    @Sendable private func accept(_ request: Request, _ context: HubContext) async throws -> Response {
        let (account, seen) = try await one(request, context)
        switch try await proposals.accept(seen, by: account) {
        case .build(let build): return try await .began(build)
        case .pull(let image): return .began(pullOf: image)
        }
    }

    @Sendable private func dismiss(_ request: Request, _ context: HubContext) async throws -> Response {
        let (account, seen) = try await one(request, context)
        try await proposals.dismiss(seen, by: account)
        return Response(status: .noContent)
    }

    @Sendable private func holds(_ request: Request, _ context: HubContext) async throws -> Response {
        let (account, _) = try caller(request, context)
        return .json(.array(try await proposals.holds(of: account).map(Self.json)))
    }

    /// `{"package": "numpy", "versions": ">=2.3,<2.4", "reason": "…", "everybody": false}`.
    @Sendable private func hold(_ request: Request, _ context: HubContext) async throws -> Response {
        struct Wanted: Decodable {
            var package: String
            var versions: String
            var reason: String?
            var everybody: Bool?
        }
        let (account, isAdministrator) = try caller(request, context)
        let wanted = try await request.object(Wanted.self, "with “package” and “versions”, and optionally “reason” and “everybody”")
        let wish = Proposals.Wish(
            package: wanted.package, versions: wanted.versions, reason: wanted.reason ?? "", forEverybody: wanted.everybody ?? false)
        let hold = try await proposals.hold(wish, by: account, isAdministrator: isAdministrator)
        hub.lookUpstream?()
        return .json(Self.json(hold), status: .created)
    }

    @Sendable private func release(_ request: Request, _ context: HubContext) async throws -> Response {
        let (account, isAdministrator) = try caller(request, context)
        try await proposals.release(try context.segment("hold"), by: account, isAdministrator: isAdministrator)
        return Response(status: .noContent)
    }

    private func caller(_ request: Request, _ context: HubContext) throws -> (account: String, isAdministrator: Bool) {
        let account = try hub.caller(request, context).account
        return (account, try hub.rights(request, context).allow("admin-ui", on: .hub))
    }

    private func one(_ request: Request, _ context: HubContext) async throws -> (account: String, seen: Proposals.Seen) {
        let (account, isAdministrator) = try caller(request, context)
        let seen = try await proposals.one(try context.segment("proposal"), for: account, isAdministrator: isAdministrator)
        return (account, seen)
    }

    /// - Parameter isWhole: with recipe and lock.
    private static func json(_ seen: Proposals.Seen, isWhole: Bool = false) -> JSONValue {
        let (proposal, content) = (seen.proposal, seen.proposal.content)
        var value: [String: JSONValue] = [
            "id": .number(Double(proposal.id)), "kind": .string(content.kind.rawValue), "state": .string(proposal.state.rawValue),
            "environment": content.kind == .packages ? .string(seen.environment) : .null,
            "image": content.kind.isAboutImage ? .string(content.subject) : .null,
            "base": .string(content.base), "steps": .array(content.steps.map { .string($0) }), "solves": .bool(content.solves),
            "remarks": .array(content.remarks.map { .string($0) }),
            "changes": .array(content.changes.map { Models.change(PackageChange($0)) }), "created": JSONValue(time: proposal.made),
            "decided_by": JSONValue(proposal.decidedBy), "decided": JSONValue(time: proposal.decided),
        ]
        if isWhole {
            value["recipe"] = .string(content.recipe)
            value["lock"] = .string(content.lock)
        }
        return .object(value)
    }

    private static func json(_ hold: Hold) -> JSONValue {
        [
            "id": .number(Double(hold.id)), "package": .string(hold.package), "versions": .string(hold.versions),
            "reason": .string(hold.reason), "author": .string(hold.author), "everybody": .bool(hold.account.isEmpty),
            "created": JSONValue(time: hold.made),
        ]
    }
}
