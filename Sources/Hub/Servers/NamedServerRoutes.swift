import Accounts
import Foundation
import Hummingbird
import LauncherProtocol
import Servers

/// `/hub/servers`: a new server with a name, its end, and the wish to keep one that nobody uses.
struct NamedServerRoutes {
    let hub: HubServices

    func add(to router: RouterGroup<HubContext>) {
        router.post("servers", use: new)
        router.post("servers/remove/:owner/:server", use: remove)
        for path in ["servers/keep/:owner", "servers/keep/:owner/:server"] { router.post(RouterPath(path), use: keep) }
    }

    @Sendable private func new(_ request: Request, _ context: HubContext) async throws -> Response {
        let (session, form) = try await hub.form(request, context)
        let name = form.filled("name")?.lowercased() ?? ""
        guard ServerPaths.isName(name) else { throw HubError(.badRequest, text: hub.texts("server", "badName")) }
        let id = ServerID(owner: session.account, name: name)
        try await NamedServers(hub: hub).admit(id)
        return .seeOther("/hub/spawn/\(ServerPaths.suffix(id))?choose")
    }

    @Sendable private func remove(_ request: Request, _ context: HubContext) async throws -> Response {
        let (session, _) = try await hub.form(request, context)
        try await NamedServers(hub: hub).remove(try server(context, session))
        return .seeOther("/hub/home")
    }

    @Sendable private func keep(_ request: Request, _ context: HubContext) async throws -> Response {
        let (session, _) = try await hub.form(request, context)
        let id = try server(context, session)
        hub.servers.keep(id)
        hub.trail.note(.serverKeep, on: ServerPaths.suffix(id))
        return .seeOther("/hub/home")
    }

    /// The server in the path, which must be the visitor's own.
    private func server(_ context: HubContext, _ session: Session) throws(HubError) -> ServerID {
        guard try context.segment("owner") == session.account else { throw .notFound }
        let name = context.parameters.get("server") ?? ""
        guard name.isEmpty || ServerPaths.isName(name) else { throw .notFound }
        return ServerID(owner: session.account, name: name)
    }
}
