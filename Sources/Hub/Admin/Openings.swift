import Accounts
import HTTPTypes
import Hummingbird
import LauncherProtocol

/// “Open as”: an administrator goes into another's running server, with a reason, for a time; the owner
/// sees it and can end it.
struct Openings {
    let hub: HubServices

    func add(to router: RouterGroup<HubContext>) {
        router.post("admin/servers/open", use: open)
        router.post("openings/end", use: end)
    }

    func addAPI(to router: RouterGroup<HubContext>) {
        router.get("users/:name/openings", use: list)
        router.delete("users/:name/openings/:opening", use: endByAPI)
    }

    @Sendable private func open(_ request: Request, _ context: HubContext) async throws -> Response {
        let session = try hub.administrator(request, context)
        let form = try await hub.form(request, context).1
        let terms = hub.configuration.hub.openAs
        guard terms.allowed else { throw HubError(.forbidden, text: hub.texts("opening", "off")) }
        guard let owner = form.filled("owner"), owner != session.account else { throw HubError.notFound }
        let id = ServerID(owner: owner, name: form["server"] ?? "")
        guard hub.servers.status(of: id).ready != nil else { throw HubError(.conflict, text: hub.texts("opening", "notRunning")) }
        guard let reason = form.filled("reason") else { throw HubError(.badRequest, text: hub.texts("opening", "noReason")) }
        try await hub.accounts.open(id.name, of: owner, for: session, reason: reason, lifetime: terms.lasts)
        hub.trail.note(.serverOpened, on: ServerPaths.suffix(id), note: reason)
        return .seeOther(id.path)
    }

    /// The owner of the server, or the administrator who is in it, ends it.
    @Sendable private func end(_ request: Request, _ context: HubContext) async throws -> Response {
        let (session, form) = try await hub.form(request, context)
        try await end(form["opening"].flatMap { Int($0) }) { [$0.owner, $0.account].contains(session.account) }
        return .seeOther("/hub/home")
    }

    // MARK: API

    @Sendable private func list(_ request: Request, _ context: HubContext) async throws -> Response {
        let owner = try await owner(request, context, "read:servers")
        return .json(.array(hub.accounts.openings(of: owner).map(Self.json)))
    }

    @Sendable private func endByAPI(_ request: Request, _ context: HubContext) async throws -> Response {
        let owner = try await owner(request, context, "servers")
        try await end(Int(try context.segment("opening"))) { $0.owner == owner }
        return Response(status: .noContent)
    }

    private func owner(_ request: Request, _ context: HubContext, _ scope: String) async throws -> String {
        let owner = try context.segment("name")
        try hub.rights(request, context).require(scope, on: .user(owner))
        guard try await hub.accounts.user(named: owner) != nil else { throw HubError.notFound }
        return owner
    }

    private func end(_ id: Int?, where may: (Opening) -> Bool) async throws {
        guard let id, let opening = hub.accounts.liveOpenings.first(where: { $0.id == id }), may(opening),
            try await hub.accounts.endOpening(id) != nil
        else { throw HubError.notFound }
        hub.trail.note(.serverClosed, on: ServerPaths.suffix(ServerID(owner: opening.owner, name: opening.server)))
    }

    private static func json(_ opening: Opening) -> JSONValue {
        [
            "id": .number(Double(opening.id)), "user": .string(opening.account), "server": .string(opening.server),
            "reason": .string(opening.reason), "created": JSONValue(time: opening.made), "expires_at": JSONValue(time: opening.until),
        ]
    }
}

extension HubServices {
    /// What an owner's pages say of who was in their servers; the ones that hold are marked.
    func openingViews(of owner: String) -> [[String: Any]] {
        let live = Set(accounts.liveOpenings.map(\.id))
        return accounts.openings(of: owner).map { opening in
            [
                "id": opening.id, "isLive": live.contains(opening.id), "reason": opening.reason,
                "who": texts(
                    "opening", live.contains(opening.id) ? "holds" : "was",
                    ["account": opening.account, "server": opening.server.isEmpty ? texts("server", "default") : opening.server]),
                "made": Format.moment(opening.made), "madeAt": Format.machine(opening.made), "until": Format.moment(opening.until),
                "untilAt": Format.machine(opening.until),
            ]
        }
    }
}
