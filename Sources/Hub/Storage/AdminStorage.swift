import HTTPTypes
import Hummingbird
import LauncherProtocol

/// `/hub/admin/storage` and `/hub/api/storage`: everybody's environments, and what they take.
struct AdminStorage {
    let hub: HubServices

    func add(to router: RouterGroup<HubContext>) {
        router.get("admin/storage", use: show)
    }

    func addAPI(to router: RouterGroup<HubContext>) {
        router.get("storage", use: total)
        router.get("storage/users", use: accounts)
        router.get("storage/environments", use: environments)
    }

    @Sendable private func show(_ request: Request, _ context: HubContext) async throws -> Response {
        _ = try hub.administrator(request, context)
        let (text, offset) = AdminPage.search(request)
        let found = try await hub.launcher.call(ReadStorage(text: text, offset: offset, limit: AdminPage.size))
        let facts = [
            ("environments", "\(found.environments)"), ("builds", "\(found.builds)"), ("size", Format.bytes(found.size)),
            ("free", hub.texts("storage", "freeOf", ["free": Format.bytes(found.free), "disk": Format.bytes(found.disk)])),
        ]
        return hub.adminPage(
            "admin-storage", "storage", request, context,
            [
                "q": text, "total": hub.texts("admin", "found", ["count": "\(found.total)"]),
                "facts": facts.map { ["title": hub.texts("storage", $0.0), "value": $0.1] },
                "accounts": found.accounts.map { account in
                    [
                        "owner": account.owner, "path": "/hub/admin/environments?q=\(account.owner.percentEncodedWhole)%2F",
                        "environments": account.environments, "builds": Format.bytes(account.builds),
                        "layers": Format.bytes(account.layers), "quota": quota(account),
                    ] as [String: Any]
                },
            ].merging(AdminPage.links("/hub/admin/storage", text, offset, hasMore: offset + AdminPage.size < found.total)) { $1 })
    }

    private func quota(_ account: AccountStorage) -> String {
        guard let quota = account.quota, let counted = account.counted else { return hub.texts("storage", "noQuota") }
        return hub.texts("storage", "freeOf", ["free": Format.bytes(counted), "disk": Format.bytes(quota)])
    }

    // MARK: API

    @Sendable private func total(_ request: Request, _ context: HubContext) async throws -> Response {
        try hub.rights(request, context).require("admin-ui", on: .hub)
        let found = try await hub.launcher.call(ReadStorage(text: "", offset: 0, limit: 0))
        return .json([
            "environments": .number(Double(found.environments)), "builds": .number(Double(found.builds)),
            "builds_size": .number(Double(found.size)), "disk_size": .number(Double(found.disk)), "disk_free": .number(Double(found.free)),
        ])
    }

    @Sendable private func accounts(_ request: Request, _ context: HubContext) async throws -> Response {
        try hub.rights(request, context).require("admin-ui", on: .hub)
        let page = try Page(request)
        let found = try await hub.launcher.call(
            ReadStorage(text: request.filledQuery("name_filter") ?? "", offset: page.offset, limit: page.limit))
        return page.response(found.accounts.map(Models.storage), total: found.total, site: hub.site(request), request)
    }

    @Sendable private func environments(_ request: Request, _ context: HubContext) async throws -> Response {
        try hub.rights(request, context).require("admin-ui", on: .hub)
        let page = try Page(request)
        let found = try await hub.launcher.call(
            ListAllEnvironments(text: request.filledQuery("name_filter") ?? "", offset: page.offset, limit: page.limit))
        return page.response(found.environments.map(Models.overview), total: found.total, site: hub.site(request), request)
    }
}

extension Models {
    static func storage(_ account: AccountStorage) -> JSONValue {
        [
            "user": .string(account.owner), "environments": .number(Double(account.environments)),
            "builds_size": .number(Double(account.builds)), "layers_size": .number(Double(account.layers)),
            "quota": account.quota.map { .number(Double($0)) } ?? .null, "quota_used": account.counted.map { .number(Double($0)) } ?? .null,
        ]
    }

    static func overview(_ environment: EnvironmentOverview) -> JSONValue {
        [
            "owner": .string(environment.owner), "name": .string(environment.name), "build": .string(environment.build),
            "built": .bool(environment.isBuilt), "size": .number(Double(environment.size)),
            "versions": .number(Double(environment.versions)), "changed": JSONValue(time: environment.changed),
            "last_used": JSONValue(time: environment.lastUsed),
            "grants": .array(environment.grants.map { ["to": .string($0.to), "right": .string($0.right.rawValue)] }),
            "assigned_to": .array(environment.assignedTo.map { .string($0) }),
        ]
    }
}
