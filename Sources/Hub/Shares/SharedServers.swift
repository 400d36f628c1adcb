import Accounts
import HTTPTypes
import Hummingbird
import LauncherProtocol

/// What the calls about shares and share codes have in common: which server, and which scopes on it.
struct SharedServers {
    let hub: HubServices

    /// The scopes that can be given to somebody on a server: those that change nothing of the owner's.
    private static let givable: Set<String> = ["access:servers", "read:servers"]

    /// Refuses where the configuration has no sharing.
    func requireSharing() throws(HubError) {
        guard hub.configuration.hub.sharing else { throw HubError(.forbidden, "Sharing servers is switched off here (hub.sharing).") }
    }

    /// The owner in the path, and the server: nil where the path has none, empty after a last slash.
    func subject(_ request: Request, _ context: HubContext) throws(HubError) -> (owner: String, server: String?) {
        try requireSharing()
        let owner = try context.segment("owner")
        let named = context.parameters.get("server")?.removingPercentEncoding
        return (owner, named ?? (request.uri.path.hasSuffix("/") ? "" : nil))
    }

    /// The same, for whoever wants to know what is shared of it.
    func readable(_ request: Request, _ context: HubContext) async throws -> (owner: String, server: String?) {
        let (owner, server) = try subject(request, context)
        try hub.rights(request, context).require("read:shares", on: server.map { .server(owner, $0) } ?? .user(owner))
        guard try await hub.accounts.user(named: owner) != nil else { throw HubError.notFound }
        return (owner, server)
    }

    /// The same, where there must be a server and it must exist.
    func server(_ request: Request, _ context: HubContext, _ scope: String) async throws -> ServerID {
        let (owner, name) = try subject(request, context)
        guard let name else {
            throw HubError(.methodNotAllowed, "Name a server: …/\(owner.prefix(64))/SERVER, or …/ for the one without a name.")
        }
        try hub.rights(request, context).require(scope, on: .server(owner, name))
        let isKnown =
            name.isEmpty
            ? try await hub.accounts.user(named: owner) != nil : try await NamedServers(hub: hub).names(of: owner).contains(name)
        guard isKnown else { throw HubError.notFound }
        return ServerID(owner: owner, name: name)
    }

    /// The scopes that are asked for on a server, each limited to it; the one who asks must have them.
    func scopes(_ asked: [String]?, on id: ServerID, _ rights: Rights) throws(HubError) -> [String] {
        let limit = Scope.Filter.server(id.owner, id.name)
        var scopes: [String] = []
        for text in asked.flatMap({ $0.isEmpty ? nil : $0 }) ?? ["access:servers"] {
            guard let scope = Scope(text), Self.givable.contains(scope.name), scope.filter == nil || scope.filter == limit else {
                throw HubError(
                    .badRequest, "“\(text.prefix(80))” can't be shared: only access:servers and read:servers of this very server can.")
            }
            let limited = Scope(scope.name, limit)
            guard rights.allow(limited) else { throw HubError(.forbidden, "Do not have permission to grant share with scope \(limited)") }
            scopes.append(limited.description)
        }
        return scopes
    }

    /// The server as others may see it.
    func model(_ id: ServerID, _ request: Request) -> JSONValue {
        [
            "user": ["name": .string(id.owner)], "name": .string(id.name), "url": .string(id.path),
            "full_url": .string(hub.site(request) + id.path), "ready": .bool(hub.servers.status(of: id).ready != nil),
        ]
    }

    func model(_ share: Share, _ request: Request) -> JSONValue {
        var value: [String: JSONValue] = [
            "server": model(ServerID(owner: share.owner, name: share.server), request),
            "scopes": .array(share.scopes.map { .string($0) }), "user": .null, "group": .null, "created_at": JSONValue(time: share.created),
        ]
        switch share.recipient {
        case .user(let name): (value["user"], value["kind"]) = (["name": .string(name)], "user")
        case .group(let name): (value["group"], value["kind"]) = (["name": .string(name)], "group")
        }
        return .object(value)
    }

    func page(_ shares: [Share], _ request: Request) throws -> Response {
        let page = try Page(request)
        return page.response(
            shares[page.range(of: shares.count)].map { model($0, request) }, total: shares.count, site: hub.site(request), request,
            isAlwaysPage: true)
    }
}
