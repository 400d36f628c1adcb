import Accounts
import HTTPTypes
import Hummingbird

/// `/hub/admin/groups`: Berth's own groups and who is in them.
struct AdminGroups {
    let hub: HubServices

    func add(to router: RouterGroup<HubContext>) {
        router.get("admin/groups", use: show)
        router.post("admin/groups", use: make)
        router.post("admin/groups/:group/add", use: addMember)
        router.post("admin/groups/:group/leave", use: removeMember)
        router.post("admin/groups/:group/remove", use: remove)
    }

    @Sendable private func show(_ request: Request, _ context: HubContext) async throws -> Response {
        _ = try hub.administrator(request, context)
        let text = request.filledQuery("q") ?? ""
        let found = try await hub.accounts.groups().filter { group in
            text.isEmpty || group.name.localizedCaseInsensitiveContains(text) || group.members.contains(text)
        }
        let offset = AdminPage.offset(request, count: found.count)
        return hub.adminPage(
            "admin-groups", "groups", request, context,
            [
                "q": text, "total": hub.texts("admin", "found", ["count": "\(found.count)"]),
                "groups": found[offset..<min(offset + AdminPage.size, found.count)].enumerated().map { index, group in
                    [
                        "name": group.name, "field": "member-\(index)", "path": "/hub/admin/groups/\(group.name.percentEncodedWhole)",
                        "members": group.members.map { ["member": $0] },
                        "count": hub.texts("admin", "members", ["count": "\(group.members.count)"]),
                    ] as [String: Any]
                },
            ].merging(AdminPage.links("/hub/admin/groups", text, offset, hasMore: offset + AdminPage.size < found.count)) { $1 })
    }

    @Sendable private func make(_ request: Request, _ context: HubContext) async throws -> Response {
        let name = try await hub.adminForm(request, context).filled("name") ?? ""
        guard let group = try await hub.groups.make(name) else {
            throw HubError(.conflict, "There is a group “\(name.prefix(64))” already.")
        }
        return back(to: group)
    }

    @Sendable private func addMember(_ request: Request, _ context: HubContext) async throws -> Response {
        let (form, group) = try await chosen(request, context)
        return back(to: try await hub.groups.change(group, adding: [form.filled("account") ?? ""]))
    }

    @Sendable private func removeMember(_ request: Request, _ context: HubContext) async throws -> Response {
        let (form, group) = try await chosen(request, context)
        return back(to: try await hub.groups.change(group, removing: [form.filled("account") ?? ""]))
    }

    @Sendable private func remove(_ request: Request, _ context: HubContext) async throws -> Response {
        try await hub.groups.remove(try await chosen(request, context).1.name)
        return .seeOther("/hub/admin/groups")
    }

    private func chosen(_ request: Request, _ context: HubContext) async throws -> (FormBody, Group) {
        let form = try await hub.adminForm(request, context)
        return (form, try await hub.groups.named(try context.segment("group")))
    }

    private func back(to group: Group) -> Response { .seeOther("/hub/admin/groups?q=\(group.name.percentEncodedWhole)") }
}
