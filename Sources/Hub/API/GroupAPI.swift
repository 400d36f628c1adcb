import Accounts
import Foundation
import HTTPTypes
import Hummingbird

/// `/hub/api/groups`: Berth's own groups, their members and what clients keep with them.
struct GroupAPI {
    let hub: HubServices

    func add(to router: RouterGroup<HubContext>) {
        router.get("groups", use: list)
        router.post("groups", use: makeSeveral)
        router.get("groups/:group", use: show)
        router.post("groups/:group", use: make)
        router.delete("groups/:group", use: remove)
        router.post("groups/:group/users", use: addMembers)
        router.delete("groups/:group/users", use: removeMembers)
        router.put("groups/:group/properties", use: setProperties)
    }

    @Sendable private func list(_ request: Request, _ context: HubContext) async throws -> Response {
        let rights = try hub.rights(request, context)
        try rights.require("list:groups")
        let page = try Page(request)
        let groups = try await hub.accounts.groups().filter { rights.allow("list:groups", on: .group($0.name)) }
        return page.response(
            groups[page.range(of: groups.count)].map { Models.group($0, roles: hub.roles) }, total: groups.count, site: hub.site(request),
            request)
    }

    @Sendable private func show(_ request: Request, _ context: HubContext) async throws -> Response {
        .json(Models.group(try await group(request, context, "read:groups"), roles: hub.roles))
    }

    /// `{"groups": ["a", "b"]}`.
    @Sendable private func makeSeveral(_ request: Request, _ context: HubContext) async throws -> Response {
        struct Wanted: Decodable { var groups: [String] }
        try hub.rights(request, context).require("admin:groups", on: .hub)
        let wanted = try await request.object(Wanted.self, "with “groups”, a list of names", isJupyters: true)
        for name in wanted.groups { try GroupName.check(name) }
        var made: [JSONValue] = []
        for name in wanted.groups {
            if let group = try await hub.groups.make(name) { made.append(Models.group(group, roles: hub.roles)) }
        }
        guard !made.isEmpty else { throw HubError(.conflict, "All of these groups exist already, or none was named.") }
        return .json(.array(made), status: .created)
    }

    /// `{"users": […]}`; the body may be empty.
    @Sendable private func make(_ request: Request, _ context: HubContext) async throws -> Response {
        try hub.rights(request, context).require("admin:groups", on: .hub)
        let name = try context.segment("group")
        try GroupName.check(name)
        let members = try await members(request, mayBeEmpty: true)
        guard let group = try await hub.groups.make(name) else { throw HubError(.conflict, "Group \(name) already exists") }
        return .json(Models.group(try await hub.groups.change(group, adding: members), roles: hub.roles), status: .created)
    }

    @Sendable private func remove(_ request: Request, _ context: HubContext) async throws -> Response {
        try await hub.groups.remove(try await group(request, context, "delete:groups").name)
        return Response(status: .noContent)
    }

    @Sendable private func addMembers(_ request: Request, _ context: HubContext) async throws -> Response {
        let group = try await group(request, context, "groups")
        let changed = try await hub.groups.change(group, adding: try await members(request, mayBeEmpty: false))
        return .json(Models.group(changed, roles: hub.roles))
    }

    @Sendable private func removeMembers(_ request: Request, _ context: HubContext) async throws -> Response {
        let group = try await group(request, context, "groups")
        let changed = try await hub.groups.change(group, removing: try await members(request, mayBeEmpty: false))
        return .json(Models.group(changed, roles: hub.roles))
    }

    /// The body is the object itself.
    @Sendable private func setProperties(_ request: Request, _ context: HubContext) async throws -> Response {
        let group = try await group(request, context, "groups")
        let properties = try await request.object([String: JSONValue].self, "with the group's properties")
        return .json(Models.group(try await hub.groups.setProperties(.object(properties), of: group), roles: hub.roles))
    }

    private func group(_ request: Request, _ context: HubContext, _ scope: String) async throws -> Group {
        let name = try context.segment("group")
        try hub.rights(request, context).require(scope, on: .group(name))
        return try await hub.groups.named(name)
    }

    /// The users that are named, who must be known before a group is made for them.
    private func members(_ request: Request, mayBeEmpty: Bool) async throws -> [String] {
        struct Wanted: Decodable { var users: [String]? }
        let wanted = try await request.object(
            Wanted.self, "with “users”, a list of names", empty: mayBeEmpty ? Wanted() : nil, limit: 256 << 10, isJupyters: true)
        guard mayBeEmpty || wanted.users != nil else { throw HubError(.badRequest, "Must specify users: {\"users\": [\"NAME\"]}.") }
        try await hub.groups.requireKnown(wanted.users ?? [])
        return wanted.users ?? []
    }
}
