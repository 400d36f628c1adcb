import HTTPTypes
import Hummingbird
import LauncherProtocol

/// `/hub/admin/storage` and `/hub/api/storage`: everybody's environments, and what they take.
struct AdminStorage {
    let hub: HubServices

    func add(to router: RouterGroup<HubContext>) {
        router.get("admin/storage", use: show)
        router.post("admin/storage/collect", use: collect)
    }

    func addAPI(to router: RouterGroup<HubContext>) {
        router.get("storage", use: total)
        router.get("storage/users", use: accounts)
        router.get("storage/environments", use: environments)
        router.post("storage/collect", use: collectForProgram)
    }

    @Sendable private func show(_ request: Request, _ context: HubContext) async throws -> Response {
        _ = try hub.administrator(request, context)
        return try await page(request, context, [:])
    }

    /// Tells what nothing needs, or removes it.
    @Sendable private func collect(_ request: Request, _ context: HubContext) async throws -> Response {
        _ = try hub.administrator(request, context)
        let (session, form) = try await hub.form(request, context)
        let dryRun = form["remove"] == nil
        let more: [String: Any]
        var status = HTTPResponse.Status.ok
        do throws(LauncherError) {
            let outcome = try await hub.launcher.call(CollectGarbage(account: session.account, dryRun: dryRun))
            more = GarbageView(hub.texts, outcome, dryRun: dryRun).values
        } catch {
            // Who is an administrator by Berth's own decision may look at the page, and not collect.
            more = ["problem": hub.texts(error.message)]
            status = HubError(error).status
        }
        return try await page(request, context, more, status: status)
    }

    private func page(
        _ request: Request, _ context: HubContext, _ more: [String: Any], status: HTTPResponse.Status = .ok
    ) async throws -> Response {
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
                "collects": hub.texts("storage", hub.configuration.environments.collect == nil ? "collectsOff" : "collectsOn"),
            ].merging(AdminPage.links("/hub/admin/storage", text, offset, hasMore: offset + AdminPage.size < found.total)) { $1 }
                .merging(more) { $1 }, status: status)
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

    private struct Wanted: Decodable {
        var dryRun: Bool

        enum CodingKeys: String, CodingKey { case dryRun = "dry_run" }
    }

    /// `{"dry_run": true}` only tells what would go.
    @Sendable private func collectForProgram(_ request: Request, _ context: HubContext) async throws -> Response {
        try hub.rights(request, context).require("admin-ui", on: .hub)
        let identity = try hub.identified(request, context)
        switch identity.proof {
        case .session, .token: break
        // The launcher knows accounts of the host alone, and a service may be called like one.
        case .service, .server: throw HubError.forbidden
        }
        let wanted = try await request.object(Wanted.self, "with “dry_run”: true to be told what would go, false to remove it")
        return .json(
            Models.garbage(try await hub.launcher.call(CollectGarbage(account: identity.account, dryRun: wanted.dryRun))))
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
    static func garbage(_ outcome: CollectGarbage.Outcome) -> JSONValue {
        [
            "builds": .array(outcome.builds.map { .string($0) }), "packages": .array(outcome.packages.map { .string($0) }),
            "wheels": .array(outcome.wheels.map { .string($0) }),
            "bytecode": .number(Double(outcome.bytecode)), "removed_environments": .array(outcome.environments.map { .string($0) }),
            "layers": .number(Double(outcome.layers)), "layers_size": .number(Double(outcome.layerBytes)),
            "freed": .number(Double(outcome.freed)), "kept": .number(Double(outcome.kept)), "disk_free": .number(Double(outcome.free)),
        ]
    }

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
