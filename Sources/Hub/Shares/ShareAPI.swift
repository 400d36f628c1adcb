import Accounts
import HTTPTypes
import Hummingbird
import LauncherProtocol

/// `/hub/api/shares`, and what is shared with somebody: JupyterHub 5's calls.
struct ShareAPI {
    let hub: HubServices
    private var shared: SharedServers { SharedServers(hub: hub) }

    func add(to router: RouterGroup<HubContext>) {
        router.get("shares/:owner", use: list)
        router.get("shares/:owner/:server", use: list)
        for path in ["shares/:owner", "shares/:owner/:server"] {
            router.post(RouterPath(path), use: give)
            router.patch(RouterPath(path), use: take)
            router.delete(RouterPath(path), use: takeAll)
        }
        for (path, scope) in [("users", "users:shares"), ("groups", "groups:shares")] {
            let isGroup = path == "groups"
            // The router wants one name for one place in a path, and these are there already.
            let name = Self.parameter(isGroup: isGroup)
            router.get("\(path)/:\(name)/shared") { try await listReceived($0, $1, "read:" + scope, isGroup: isGroup) }
            for tail in ["", "/:server"] {
                let one = RouterPath("\(path)/:\(name)/shared/:owner\(tail)")
                router.get(one) { try await show($0, $1, "read:" + scope, isGroup: isGroup) }
                router.delete(one) { try await leave($0, $1, scope, isGroup: isGroup) }
            }
        }
    }

    private static func parameter(isGroup: Bool) -> String { isGroup ? "group" : "name" }

    // MARK: The owner's side

    @Sendable private func list(_ request: Request, _ context: HubContext) async throws -> Response {
        let (owner, server) = try await shared.readable(request, context)
        return try shared.page(
            hub.accounts.standing.shares.filter { $0.owner == owner && (server == nil || $0.server == server) }, request)
    }

    /// `{"user": "…"}` or `{"group": "…"}`, and `scopes` where it is more than to open it.
    private struct Wanted: Decodable {
        var user: String?
        var group: String?
        var scopes: [String]?

        func recipient() throws(HubError) -> Share.Recipient {
            switch (user, group) {
            case (let user?, nil): return .user(user)
            case (nil, let group?): return .group(group)
            default: throw HubError(.badRequest, "Specify exactly one of “user” and “group”.")
            }
        }
    }

    @Sendable private func give(_ request: Request, _ context: HubContext) async throws -> Response {
        let id = try await shared.server(request, context, "shares")
        let rights = try hub.rights(request, context)
        let wanted = try await request.object(Wanted.self, "with “user” or “group”", isJupyters: true)
        let recipient = try wanted.recipient()
        let scopes = try shared.scopes(wanted.scopes, on: id, rights)
        // Who may not know a name must not find out by sharing whether it is one.
        switch recipient {
        case .user(let name):
            guard rights.allow("read:users:name", on: .user(name)) else {
                throw HubError(.forbidden, "Need scope 'read:users:name' to share with users by name")
            }
            guard try await hub.accounts.user(named: name) != nil else { throw HubError(.badRequest, "No such user: \(name.prefix(64))") }
        case .group(let name):
            guard rights.allow("read:groups:name", on: .group(name)) else {
                throw HubError(.forbidden, "Need scope 'read:groups:name' to share with groups by name")
            }
            guard try await hub.accounts.group(named: name) != nil else { throw HubError(.badRequest, "No such group: \(name.prefix(64))") }
        }
        guard let share = try await hub.accounts.share(id.name, of: id.owner, with: recipient, scopes: scopes) else {
            throw HubError.notFound
        }
        hub.trail.note(.serverShare, on: ServerPaths.suffix(id), note: "with \(recipient.name): \(scopes.joined(separator: " "))")
        return .json(shared.model(share, request))
    }

    /// Takes scopes back, all for none named; what is left is the answer, empty for nothing.
    @Sendable private func take(_ request: Request, _ context: HubContext) async throws -> Response {
        let id = try await shared.server(request, context, "shares")
        let wanted = try await request.object(Wanted.self, "with “user” or “group”", isJupyters: true)
        let recipient = try wanted.recipient()
        let limit = Scope.Filter.server(id.owner, id.name)
        let scopes = wanted.scopes.flatMap { $0.isEmpty ? nil : $0.compactMap { Scope($0).map { Scope($0.name, limit).description } } }
        let left = try await hub.accounts.unshare(id.name, of: id.owner, from: recipient, scopes: scopes)
        hub.trail.note(.serverShare, on: ServerPaths.suffix(id), note: "no longer with \(recipient.name)")
        return .json(left.map { shared.model($0, request) } ?? [:])
    }

    @Sendable private func takeAll(_ request: Request, _ context: HubContext) async throws -> Response {
        let id = try await shared.server(request, context, "shares")
        try await hub.accounts.unshareAll(id.name, of: id.owner)
        hub.trail.note(.serverShare, on: ServerPaths.suffix(id), note: "with nobody any more")
        return Response(status: .noContent)
    }

    // MARK: The recipient's side

    private func recipient(_ request: Request, _ context: HubContext, _ scope: String, isGroup: Bool) async throws -> Share.Recipient {
        try shared.requireSharing()
        let name = try context.segment(Self.parameter(isGroup: isGroup))
        try hub.rights(request, context).require(scope, on: isGroup ? .group(name) : .user(name))
        let isKnown = isGroup ? try await hub.accounts.group(named: name) != nil : try await hub.accounts.user(named: name) != nil
        guard isKnown else { throw HubError.notFound }
        return isGroup ? .group(name) : .user(name)
    }

    /// What is shared with a user, by their groups too, or with a group.
    @Sendable private func listReceived(
        _ request: Request, _ context: HubContext, _ scope: String, isGroup: Bool
    ) async throws -> Response {
        let recipient = try await recipient(request, context, scope, isGroup: isGroup)
        return try shared.page(hub.accounts.standing.shares(with: recipient), request)
    }

    @Sendable private func show(_ request: Request, _ context: HubContext, _ scope: String, isGroup: Bool) async throws -> Response {
        let recipient = try await recipient(request, context, scope, isGroup: isGroup)
        return .json(shared.model(try one(request, context, recipient), request))
    }

    @Sendable private func leave(_ request: Request, _ context: HubContext, _ scope: String, isGroup: Bool) async throws -> Response {
        let recipient = try await recipient(request, context, scope, isGroup: isGroup)
        let share = try one(request, context, recipient)
        try await giveUp(ServerID(owner: share.owner, name: share.server), recipient)
        return Response(status: .noContent)
    }

    private func giveUp(_ server: ServerID, _ recipient: Share.Recipient) async throws {
        _ = try await hub.accounts.unshare(server.name, of: server.owner, from: recipient)
        hub.trail.note(.serverShare, on: ServerPaths.suffix(server), note: "given up by \(recipient.name)")
    }

    // MARK: The page

    func addPage(to router: RouterGroup<HubContext>) {
        router.post("shares/leave", use: leaveByPage)
    }

    @Sendable private func leaveByPage(_ request: Request, _ context: HubContext) async throws -> Response {
        let (session, form) = try await hub.form(request, context)
        let server = ServerID(owner: form["owner"] ?? "", name: form["server"] ?? "")
        let isShared = hub.accounts.standing.shares.contains {
            $0.owner == server.owner && $0.server == server.name && $0.recipient == .user(session.account)
        }
        guard isShared else { throw HubError.notFound }
        try await giveUp(server, .user(session.account))
        return .seeOther("/hub/home")
    }

    private func one(_ request: Request, _ context: HubContext, _ recipient: Share.Recipient) throws(HubError) -> Share {
        let (owner, server) = try shared.subject(request, context)
        guard
            let share = hub.accounts.standing.shares.first(where: {
                $0.owner == owner && $0.server == server ?? "" && $0.recipient == recipient
            })
        else { throw .notFound }
        return share
    }
}
