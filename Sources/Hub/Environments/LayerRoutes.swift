import Hummingbird
import LauncherProtocol

/// What somebody has changed over the versions of an environment: shown, saved and thrown away, for pages and programs.
struct LayerRoutes {
    let hub: HubServices

    func add(to router: RouterGroup<HubContext>) {
        router.post("environments/:name/layer/save", use: save)
        router.post("environments/:name/layer/discard", use: discard)
    }

    func addAPI(to router: RouterGroup<HubContext>) {
        router.get("environments/:environment/layers", use: list)
        router.get("environments/:environment/layer", use: inspect)
        router.post("environments/:environment/layer", use: saveForProgram)
        router.delete("environments/:environment/layer", use: discardForProgram)
    }

    /// For the environment's page: the layer over the version that the next server starts with, and the others.
    func values(of environment: String, for account: String) async throws(LauncherError) -> [String: Any] {
        let layers = try await hub.launcher.call(ListLayers(account: account, environment: environment))
        let earlier = layers.filter { !$0.isCurrent }.map { LayerView(hub.texts, $0).values }
        var values: [String: Any] = ["earlier": earlier, "hasEarlier": !earlier.isEmpty]
        values["layer"] = layers.first(where: \.isCurrent).map { LayerView(hub.texts, $0).values }
        return values
    }

    /// As the next version, or under a name of one's own.
    @Sendable private func save(_ request: Request, _ context: HubContext) async throws -> Response {
        let (session, form) = try await hub.form(request, context)
        let name = try context.segment("name"), newName = form.filled("to")
        let build = try hub.builds.begin(
            account: session.account, name: newName ?? name,
            SaveLayer(account: session.account, environment: name, version: form.filled("version"), newName: newName))
        return .seeOther("/hub/environments/builds/\(build.id)")
    }

    @Sendable private func discard(_ request: Request, _ context: HubContext) async throws -> Response {
        let (session, form) = try await hub.form(request, context)
        let name = try context.segment("name")
        _ = try await hub.launcher.call(
            DiscardLayer(account: session.account, environment: name, version: form.filled("version")))
        return .seeOther(EnvironmentView.path(name))
    }

    // MARK: API

    @Sendable private func list(_ request: Request, _ context: HubContext) async throws -> Response {
        let (account, name) = try subject(request, context)
        let layers = try await hub.launcher.call(ListLayers(account: account, environment: name))
        return .json(
            .array(
                layers.map { layer in
                    .object(
                        Models.layer(layer.summary).merging([
                            "version": Models.version(layer.version), "current": .bool(layer.isCurrent), "saved": .bool(layer.isSaved),
                            "changed": JSONValue(time: layer.changed),
                        ]) { $1 })
                }))
    }

    /// `?version=VERSION`; else the one over the current version.
    @Sendable private func inspect(_ request: Request, _ context: HubContext) async throws -> Response {
        let (account, name) = try subject(request, context)
        let layer = try await hub.launcher.call(
            InspectLayer(account: account, environment: name, version: request.filledQuery("version")))
        return .json(.object(Models.layer(layer)))
    }

    /// Nothing for the next version, or `{"name": "…"}` for an environment of the caller's own; `"version": "…"` for what
    /// lies over an earlier one.
    @Sendable private func saveForProgram(_ request: Request, _ context: HubContext) async throws -> Response {
        let (account, name) = try subject(request, context)
        struct Wanted: Decodable {
            var name: String?
            var version: String?
        }
        let wanted = try await request.object(
            Wanted.self, "with “name”, that of a new environment, and “version”, the one that the layer lies over", empty: Wanted())
        let call = SaveLayer(account: account, environment: name, version: wanted.version, newName: wanted.name)
        return try await .began(try hub.builds.begin(account: account, name: wanted.name ?? name, call))
    }

    @Sendable private func discardForProgram(_ request: Request, _ context: HubContext) async throws -> Response {
        let (account, name) = try subject(request, context)
        _ = try await hub.launcher.call(DiscardLayer(account: account, environment: name, version: request.filledQuery("version")))
        return Response(status: .noContent)
    }

    private func subject(_ request: Request, _ context: HubContext) throws -> (account: String, name: String) {
        (try hub.caller(request, context).account, try context.segment("environment"))
    }
}

/// What the pages show of a layer.
struct LayerView {
    let values: [String: Any]

    init(_ texts: TextCatalog, _ layer: PersonalLayer) {
        let summary = layer.summary
        values = VersionView(texts, layer.version).values.merging([
            "changes": summary.changes.map { ChangeView(texts, $0).values }, "hasChanges": !summary.changes.isEmpty,
            "size": texts("environment", "driftSize", ["files": "\(summary.files)", "size": Format.bytes(summary.bytes)]),
            "remarks": summary.notices.map { texts($0) }, "isSaved": layer.isSaved,
            "over": texts("layers", "over", ["version": String(layer.version.id.prefix(8)), "message": texts(layer.version.words)]),
        ]) { $1 }
    }
}

extension Models {
    static func layer(_ layer: LayerSummary) -> [String: JSONValue] {
        [
            "build": .string(layer.build), "files": .number(Double(layer.files)), "bytes": .number(Double(layer.bytes)),
            "changes": .array(layer.changes.map(Models.change)), "notices": .array(layer.notices.map { .string($0.english) }),
        ]
    }
}
