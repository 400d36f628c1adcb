import Accounts
import Foundation
import HTTPTypes
import Hummingbird
import LauncherProtocol
import Servers

/// `/hub/api/user` and `/hub/api/users`: who there is.
struct UserAPI {
    let hub: HubServices

    func add(to router: RouterGroup<HubContext>) {
        router.get("user", use: me)
        router.get("users", use: list)
        router.post("users", use: makeSeveral)
        router.get("users/:name", use: show)
        router.post("users/:name", use: make)
        router.patch("users/:name", use: change)
        router.delete("users/:name", use: remove)
        router.post("users/:name/activity", use: noteActivity)
        router.post("users/:name/admin-access", use: adminAccess)
    }

    /// The caller: a person or a service, with the scopes that count for this request.
    @Sendable private func me(_ request: Request, _ context: HubContext) async throws -> Response {
        let identity = try hub.identified(request, context)
        let rights = hub.rights(of: identity)
        var model: [String: JSONValue]
        if case .service(let name) = identity.proof, let service = hub.services[name] {
            model = Models.service(service, roles: hub.roles)
        } else {
            guard let user = try await hub.accounts.user(named: identity.account),
                case .object(let person) = try await hub.people.model(of: user, includeStopped: false, visible: rights)
            else { throw HubError.notFound }
            model = person
        }
        model["session_id"] = JSONValue(identity.session?.id)
        model["token_id"] = .null
        if case .token(let token) = identity.proof {
            model["session_id"] = JSONValue(token.session)
            model["token_id"] = .string(token.id)
        }
        model["scopes"] = .array(rights.effective.map { .string($0) })
        return .json(.object(model))
    }

    /// A bare list, or with `Accept: application/jupyterhub-pagination+json` one page of it with the way to the next.
    @Sendable private func list(_ request: Request, _ context: HubContext) async throws -> Response {
        let rights = try hub.rights(request, context)
        try rights.require("list:users")
        let page = try Page(request)
        let found = try await hub.people.list(
            matching: request.filledQuery("name_filter") ?? "", state: request.filledQuery("state"),
            by: request.filledQuery("sort") ?? "id", visible: rights)
        let shown = found[page.range(of: found.count)]
        let stopped = request.flag("include_stopped_servers")
        var models: [JSONValue] = []
        for user in shown { models.append(try await hub.people.model(of: user, includeStopped: stopped, visible: rights)) }
        return page.response(models, total: found.count, site: hub.site(request), request)
    }

    @Sendable private func show(_ request: Request, _ context: HubContext) async throws -> Response {
        let name = try context.segment("name")
        let rights = try hub.rights(request, context)
        try rights.require("read:users:name", on: .user(name))
        guard let user = try await hub.accounts.user(named: name) else { throw HubError.notFound }
        return .json(try await hub.people.model(of: user, includeStopped: request.flag("include_stopped_servers"), visible: rights))
    }

    /// `{"usernames": […], "admin": false}`; those who are known already are left out.
    @Sendable private func makeSeveral(_ request: Request, _ context: HubContext) async throws -> Response {
        struct Wanted: Decodable {
            var usernames: [String]
            var admin: Bool?
        }
        let rights = try hub.rights(request, context)
        try rights.require("admin:users", on: .hub)
        let wanted = try await request.object(Wanted.self, "with “usernames”, a list of accounts of this host", isJupyters: true)
        guard !wanted.usernames.isEmpty else { throw HubError(.badRequest, "“usernames” is empty.") }
        let made = try await hub.people.add(wanted.usernames, admin: wanted.admin ?? false)
        guard !made.isEmpty else { throw HubError(.conflict, "All of these users exist already.") }
        var models: [JSONValue] = []
        for user in made { models.append(try await hub.people.model(of: user, includeStopped: false, visible: rights)) }
        return .json(.array(models), status: .created)
    }

    @Sendable private func make(_ request: Request, _ context: HubContext) async throws -> Response {
        let rights = try hub.rights(request, context)
        try rights.require("admin:users", on: .hub)
        let name = try context.segment("name")
        guard let user = try await hub.people.add([name], admin: false).first else {
            throw HubError(.conflict, "User \(name) already exists")
        }
        return .json(try await hub.people.model(of: user, includeStopped: false, visible: rights), status: .created)
    }

    /// `{"admin": true}`. Names are the host's and can't be changed here.
    @Sendable private func change(_ request: Request, _ context: HubContext) async throws -> Response {
        struct Wanted: Decodable {
            var name: String?
            var admin: Bool?
        }
        let name = try context.segment("name")
        let rights = try hub.rights(request, context)
        try rights.require("admin:users", on: .user(name))
        let wanted = try await request.object(Wanted.self, "with “admin”, true or false", isJupyters: true)
        if let other = wanted.name, other != name {
            throw HubError(.badRequest, "Accounts are this host's: rename “\(name)” there (usermod --login), not here.")
        }
        guard let user = try await hub.accounts.user(named: name) else { throw HubError.notFound }
        if let admin = wanted.admin { try await hub.people.setAdmin(admin, of: user) }
        guard let changed = try await hub.accounts.user(named: name) else { throw HubError.notFound }
        return .json(try await hub.people.model(of: changed, includeStopped: false, visible: rights))
    }

    @Sendable private func remove(_ request: Request, _ context: HubContext) async throws -> Response {
        let name = try context.segment("name")
        let rights = try hub.rights(request, context)
        try rights.require("admin:users", on: .user(name))
        guard name != rights.account else { throw HubError(.badRequest, "Cannot delete yourself!") }
        try await hub.people.remove(name)
        return Response(status: .noContent)
    }

    /// JupyterHub's call of old times: whether administrators go into others' servers at all. It opens nothing.
    @Sendable private func adminAccess(_ request: Request, _ context: HubContext) async throws -> Response {
        let name = try context.segment("name")
        try hub.rights(request, context).require("servers", on: .user(name))
        guard hub.configuration.hub.openAs.allowed else { throw HubError(.forbidden, "admin access to user servers disabled") }
        guard try await hub.accounts.user(named: name) != nil else { throw HubError.notFound }
        return Response(status: .ok)
    }

    /// `{"last_activity": "…", "servers": {"": {"last_activity": "…"}}}`: one of the two.
    @Sendable private func noteActivity(_ request: Request, _ context: HubContext) async throws -> Response {
        struct Wanted: Decodable {
            var last_activity: String?
            var servers: [String: Server]?
            struct Server: Decodable { var last_activity: String? }
        }
        let name = try context.segment("name")
        try hub.rights(request, context).require("users:activity", on: .user(name))
        let wanted = try await request.object(Wanted.self, "with “last_activity” or “servers”", isJupyters: true)
        guard wanted.last_activity != nil || wanted.servers != nil else {
            throw HubError(.badRequest, "body must contain at least one of `last_activity` or `servers`")
        }
        for server in wanted.servers?.keys.sorted() ?? [] {
            guard hub.servers.status(of: ServerID(owner: name, name: server)).state != .stopped else {
                throw HubError(.badRequest, "No such server “\(server)” for user \(name)")
            }
        }
        let times = try ([wanted.last_activity] + (wanted.servers?.values.map(\.last_activity) ?? [])).compactMap { $0 }.map { text in
            guard let time = text.secondsSince1970 else { throw HubError(.badRequest, "“\(text)” is no time in ISO 8601.") }
            return time
        }
        // A server that is said to be used stays as if its owner had asked for it.
        let now = Date().timeIntervalSince1970
        for (server, noted) in wanted.servers ?? [:] {
            let id = ServerID(owner: name, name: server)
            guard let time = noted.last_activity?.secondsSince1970, time > hub.servers.status(of: id).lastActivity ?? 0 else { continue }
            hub.servers.keep(id, at: min(time, now))
        }
        if let last = times.max() { try await hub.accounts.noteActivity(of: name, at: last) }
        return Response(status: .ok)
    }
}

extension Request {
    /// A query parameter that may come without a value: that counts as true, as JupyterHub's clients send it.
    func flag(_ name: String) -> Bool { query(name).map { !["0", "false"].contains($0.lowercased()) } ?? false }
}

extension String {
    /// ISO 8601, with or without fractions of a second; nil for anything else.
    fileprivate var secondsSince1970: Double? {
        let date =
            (try? Date(self, strategy: .iso8601)) ?? (try? Date(self, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
        return date?.timeIntervalSince1970
    }
}
