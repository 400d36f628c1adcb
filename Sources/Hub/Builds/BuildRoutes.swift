import HTTPTypes
import Hummingbird

/// `/hub/admin/builds` and `/hub/api/builds`: environments being built, their end, and how the last ones ended.
struct BuildRoutes {
    let hub: HubServices

    func add(to router: RouterGroup<HubContext>) {
        router.get("admin/builds", use: show)
        router.post("environments/builds/:build/cancel", use: cancel)
    }

    func addAPI(to router: RouterGroup<HubContext>) {
        router.get("builds", use: list)
        router.get("builds/:build/log", use: log)
        router.delete("builds/:build", use: cancelForProgram)
    }

    @Sendable private func show(_ request: Request, _ context: HubContext) async throws -> Response {
        _ = try hub.administrator(request, context)
        let text = request.filledQuery("q") ?? ""
        let state = request.filledQuery("state").flatMap(Builds.State.init(rawValue:))
        let found = hub.builds.all(matching: text, state: state)
        let offset = AdminPage.offset(request, count: found.count)
        return hub.adminPage(
            "admin-builds", "builds", request, context,
            [
                "q": text, "total": hub.texts("admin", "found", ["count": "\(found.count)"]),
                "states": Builds.State.allCases.map {
                    ["state": $0.rawValue, "text": hub.texts("builds", $0.rawValue), "chosen": $0 == state] as [String: Any]
                },
                "builds": found[offset..<min(offset + AdminPage.size, found.count)].map { BuildView(hub.texts, $0).values },
            ].merging(
                AdminPage.links(
                    "/hub/admin/builds", text, offset, hasMore: offset + AdminPage.size < found.count,
                    more: "&state=\(state?.rawValue ?? "")")
            ) { $1 })
    }

    /// One's own; for administrators everybody's.
    @Sendable private func list(_ request: Request, _ context: HubContext) async throws -> Response {
        let account = try hub.caller(request, context).account
        let seesAll = try hub.rights(request, context).allow("admin-ui", on: .hub)
        let page = try Page(request)
        var state: Builds.State?
        if let text = request.filledQuery("state") {
            state = Builds.State(rawValue: text)
            if state == nil { throw HubError(.badRequest, "“state” is running, failed or finished.") }
        }
        let found = hub.builds.all(matching: request.filledQuery("name_filter") ?? "", state: state).filter {
            seesAll || $0.isSeen(by: account)
        }
        return page.response(found[page.range(of: found.count)].map(Models.build), total: found.count, site: hub.site(request), request)
    }

    @Sendable private func log(_ request: Request, _ context: HubContext) async throws -> Response {
        let (build, _) = try build(request, context)
        return .events(build.events.follow().mapped { [texts = hub.texts] in $0.json(texts) })
    }

    /// For whoever began it, the owner of the environment and administrators.
    @Sendable private func cancel(_ request: Request, _ context: HubContext) async throws -> Response {
        let (session, form) = try await hub.form(request, context)
        guard let build = hub.builds.build(try context.segment("build")), build.isSeen(by: session.account) || context.isAdministrator
        else { throw HubError.notFound }
        try await cancel(build, by: session.account)
        return .seeOther(form["list"] == nil ? "/hub/environments/builds/\(build.id)" : "/hub/admin/builds")
    }

    @Sendable private func cancelForProgram(_ request: Request, _ context: HubContext) async throws -> Response {
        let (build, account) = try build(request, context)
        try await cancel(build, by: account)
        return Response(status: .noContent)
    }

    private func cancel(_ build: Builds.Build, by account: String) async throws {
        guard !build.isOver else { return }
        try await hub.builds.cancel(build, by: account)
        hub.trail.note(.buildCancel, who: account, on: build.fullName)
    }

    /// The build in the path, and who asks: whoever began it, whose environment it is, or an administrator.
    private func build(_ request: Request, _ context: HubContext) throws -> (Builds.Build, account: String) {
        let account = try hub.caller(request, context).account
        guard let build = hub.builds.build(try context.segment("build")) else { throw HubError.notFound }
        if !build.isSeen(by: account) {
            guard try hub.rights(request, context).allow("admin-ui", on: .hub) else { throw HubError.notFound }
        }
        return (build, account)
    }
}

extension Models {
    static func build(_ build: Builds.Build) -> JSONValue {
        let facts = BuildFacts(build)
        return [
            "id": .string(build.id), "user": .string(build.account), "name": .string(facts.name), "state": .string(build.state.rawValue),
            "begun_by": .string(build.way?.rawValue ?? "hub"),
            "progress": .number(Double(facts.percent)), "message": .string(facts.message.english), "started": JSONValue(time: build.began),
            "ended": JSONValue(time: build.ended), "progress_url": .string("/hub/api/builds/\(build.id)/log"),
        ]
    }
}
