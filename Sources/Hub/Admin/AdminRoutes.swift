import Accounts
import Audit
import Foundation
import HTTPTypes
import Hummingbird
import LauncherProtocol
import Servers

/// `/hub/admin`: people, servers and the audit log, for administrators.
struct AdminRoutes {
    let hub: HubServices

    func add(to router: RouterGroup<HubContext>) {
        router.get("admin", use: overview)
        router.get("admin/users", use: users)
        router.post("admin/users", use: addUser)
        router.post("admin/users/:name/admin", use: setAdmin)
        router.post("admin/users/:name/logout", use: logOut)
        router.post("admin/users/:name/remove", use: removeUser)
        router.get("admin/servers", use: servers)
        router.post("admin/servers/stop", use: stopServer)
        router.get("admin/audit", use: audit)
        router.get("admin/audit.csv", use: auditFile)
    }

    @Sendable private func overview(_ request: Request, _ context: HubContext) async throws -> Response {
        _ = try hub.administrator(request, context)
        let states = hub.servers.countsByState
        let facts: [(String, Int)] = [
            ("users", try await hub.accounts.users().count), ("ready", states["ready"] ?? 0), ("starting", states["starting"] ?? 0),
            ("failed", states["failed"] ?? 0), ("sessions", hub.accounts.snapshot.sessions.count),
            ("buildsUnderWay", hub.builds.countUnderWay),
        ]
        return hub.adminPage(
            "admin", "title", request, context,
            ["facts": facts.map { ["title": hub.texts("admin", $0.0), "value": "\($0.1)"] as [String: Any] }])
    }

    // MARK: People

    @Sendable private func users(_ request: Request, _ context: HubContext) async throws -> Response {
        let session = try hub.administrator(request, context)
        let text = request.filledQuery("q") ?? ""
        let found = try await hub.accounts.users(matching: text)
        let offset = AdminPage.offset(request, count: found.count)
        let shown = found[offset..<min(offset + AdminPage.size, found.count)]
        return hub.adminPage(
            "admin-users", "users", request, context,
            [
                "q": text, "total": hub.texts("admin", "found", ["count": "\(found.count)"]),
                "users": shown.map { user in
                    let running = hub.servers.statuses(of: user.name).filter { $0.ready != nil }.count
                    return [
                        "name": user.name, "fullName": user.fullName, "isAdmin": user.admin, "byGroup": user.isAdminByGroup,
                        "path": "/hub/admin/users/\(user.name.percentEncodedWhole)", "isSelf": user.name == session.account,
                        "active": Format.moment(user.lastActivity), "activeAt": Format.machine(user.lastActivity),
                        "running": running > 0 ? hub.texts("admin", "running", ["count": "\(running)"]) : "",
                    ] as [String: Any]
                },
            ].merging(AdminPage.links("/hub/admin/users", text, offset, hasMore: offset + AdminPage.size < found.count)) { $1 })
    }

    @Sendable private func addUser(_ request: Request, _ context: HubContext) async throws -> Response {
        let form = try await hub.adminForm(request, context)
        let name = form.filled("name") ?? ""
        guard try await !hub.people.add([name], admin: false).isEmpty else {
            throw HubError(.conflict, "“\(name.prefix(64))” is in the list already.")
        }
        return .seeOther("/hub/admin/users?q=\(name.percentEncodedWhole)")
    }

    @Sendable private func setAdmin(_ request: Request, _ context: HubContext) async throws -> Response {
        let form = try await hub.adminForm(request, context)
        guard let user = try await hub.accounts.user(named: try context.segment("name")) else { throw HubError.notFound }
        try await hub.people.setAdmin(form["admin"] == "1", of: user)
        return .seeOther("/hub/admin/users?q=\(user.name.percentEncodedWhole)")
    }

    @Sendable private func logOut(_ request: Request, _ context: HubContext) async throws -> Response {
        _ = try await hub.adminForm(request, context)
        let name = try context.segment("name")
        try await hub.accounts.endSessions(of: name)
        return .seeOther("/hub/admin/users?q=\(name.percentEncodedWhole)")
    }

    @Sendable private func removeUser(_ request: Request, _ context: HubContext) async throws -> Response {
        _ = try await hub.adminForm(request, context)
        let name = try context.segment("name")
        guard name != context.identity?.account else { throw HubError(.badRequest, "You can't remove yourself.") }
        try await hub.people.remove(name)
        return .seeOther("/hub/admin/users")
    }

    // MARK: Servers

    @Sendable private func servers(_ request: Request, _ context: HubContext) async throws -> Response {
        let session = try hub.administrator(request, context)
        let text = request.filledQuery("q") ?? ""
        let openAs = hub.configuration.hub.openAs
        let all = hub.servers.all.filter { text.isEmpty || ServerPaths.suffix($0.id).localizedCaseInsensitiveContains(text) }
        let offset = AdminPage.offset(request, count: all.count)
        return hub.adminPage(
            "admin-servers", "servers", request, context,
            [
                "q": text, "total": hub.texts("admin", "found", ["count": "\(all.count)"]),
                "openingLead": openAs.allowed ? hub.texts("opening", "lead", ["minutes": "\(Int(openAs.lasts / 60))"]) : "",
                "servers": all[offset..<min(offset + AdminPage.size, all.count)].map { status in
                    ServerView(hub.texts, status).values.merging([
                        "opens": openAs.allowed && status.ready != nil && status.id.owner != session.account,
                        "owner": status.id.owner, "server": status.id.name, "full": ServerPaths.suffix(status.id),
                    ]) { $1 }
                },
            ].merging(AdminPage.links("/hub/admin/servers", text, offset, hasMore: offset + AdminPage.size < all.count)) { $1 })
    }

    @Sendable private func stopServer(_ request: Request, _ context: HubContext) async throws -> Response {
        let form = try await hub.adminForm(request, context)
        guard let owner = form.filled("owner") else { throw HubError.notFound }
        try await hub.servers.stop(ServerID(owner: owner, name: form["server"] ?? ""))
        return .seeOther("/hub/admin/servers")
    }

    // MARK: The audit log

    @Sendable private func audit(_ request: Request, _ context: HubContext) async throws -> Response {
        _ = try hub.administrator(request, context)
        let search = AuditSearch(request)
        let (events, hasMore) = try await hub.audited(search)
        return hub.adminPage(
            "admin-audit", "audit", request, context,
            [
                "q": search.text,
                "kinds": AuditEvent.Kind.allCases.map { ["kind": $0.rawValue, "chosen": $0 == search.kind] as [String: Any] },
                "query": "q=\(search.text.percentEncodedWhole)&what=\(search.kind?.rawValue ?? "")&limit=10000",
                "events": events.map { event in
                    [
                        "time": event.time, "who": event.who, "from": event.from, "what": event.what.rawValue, "on": event.on,
                        "result": event.result.rawValue, "note": event.note ?? "",
                    ] as [String: Any]
                },
            ].merging(
                AdminPage.links(
                    "/hub/admin/audit", search.text, search.offset, hasMore: hasMore, page: search.limit,
                    more: "&what=\(search.kind?.rawValue ?? "")")
            ) { $1 })
    }

    @Sendable private func auditFile(_ request: Request, _ context: HubContext) async throws -> Response {
        _ = try hub.administrator(request, context)
        let (events, _) = try await hub.audited(AuditSearch(request))
        return Response(
            status: .ok,
            headers: [.contentType: "text/csv; charset=utf-8", .contentDisposition: "attachment; filename=\"audit.csv\""],
            body: .init(byteBuffer: ByteBuffer(string: AuditSearch.csv(events))))
    }
}
