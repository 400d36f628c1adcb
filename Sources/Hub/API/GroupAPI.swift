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
        let (_, group) = try await group(request, context, "read:groups")
        return .json(Models.group(group, roles: hub.roles))
    }

    /// `{"groups": ["a", "b"]}`.
    @Sendable private func makeSeveral(_ request: Request, _ context: HubContext) async throws -> Response {
        struct Wanted: Decodable { var groups: [String] }
        try hub.rights(request, context).require("admin:groups", on: .hub)
        let wanted = try await request.object(Wanted.self, "with “groups”, a list of names")
        for name in wanted.groups { try GroupName.check(name) }
        var made: [JSONValue] = []
        for name in wanted.groups where try await hub.accounts.makeGroup(named: name) {
            if let group = try await hub.accounts.group(named: name) { made.append(Models.group(group, roles: hub.roles)) }
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
        guard try await hub.accounts.makeGroup(named: name) else { throw HubError(.conflict, "Group \(name) already exists") }
        try await hub.accounts.changeGroup(named: name, adding: members)
        guard let group = try await hub.accounts.group(named: name) else { throw HubError.notFound }
        return .json(Models.group(group, roles: hub.roles), status: .created)
    }

    @Sendable private func remove(_ request: Request, _ context: HubContext) async throws -> Response {
        let (name, _) = try await group(request, context, "delete:groups")
        _ = try await hub.accounts.removeGroup(named: name)
        return Response(status: .noContent)
    }

    @Sendable private func addMembers(_ request: Request, _ context: HubContext) async throws -> Response {
        try await changeMembers(request, context, adding: true)
    }

    @Sendable private func removeMembers(_ request: Request, _ context: HubContext) async throws -> Response {
        try await changeMembers(request, context, adding: false)
    }

    private func changeMembers(_ request: Request, _ context: HubContext, adding: Bool) async throws -> Response {
        let (name, _) = try await group(request, context, "groups")
        let members = try await members(request, mayBeEmpty: false)
        try await hub.accounts.changeGroup(named: name, adding: adding ? members : [], removing: adding ? [] : members)
        guard let group = try await hub.accounts.group(named: name) else { throw HubError.notFound }
        return .json(Models.group(group, roles: hub.roles))
    }

    /// The body is the object itself.
    @Sendable private func setProperties(_ request: Request, _ context: HubContext) async throws -> Response {
        let (name, _) = try await group(request, context, "groups")
        let properties = try await request.object([String: JSONValue].self, "with the group's properties")
        try await hub.accounts.setProperties(JSONValue.object(properties).text, ofGroup: name)
        guard let group = try await hub.accounts.group(named: name) else { throw HubError.notFound }
        return .json(Models.group(group, roles: hub.roles))
    }

    private func group(_ request: Request, _ context: HubContext, _ scope: String) async throws -> (String, Group) {
        let name = try context.segment("group")
        try hub.rights(request, context).require(scope, on: .group(name))
        guard let group = try await hub.accounts.group(named: name) else { throw HubError.notFound }
        return (name, group)
    }

    private func members(_ request: Request, mayBeEmpty: Bool) async throws -> [String] {
        struct Wanted: Decodable { var users: [String]? }
        let wanted = try await request.object(
            Wanted.self, "with “users”, a list of names", empty: mayBeEmpty ? Wanted() : nil, limit: 256 << 10)
        guard mayBeEmpty || wanted.users != nil else { throw HubError(.badRequest, "Must specify users: {\"users\": [\"NAME\"]}.") }
        for name in wanted.users ?? [] where try await hub.accounts.user(named: name) == nil {
            throw HubError(.badRequest, "No such user: “\(name.prefix(64))”. Add them first.")
        }
        return wanted.users ?? []
    }
}
