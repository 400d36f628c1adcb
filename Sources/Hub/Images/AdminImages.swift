import HTTPTypes
import Hummingbird
import LauncherProtocol

/// `/hub/admin/images` and `/hub/api/images`: what servers run in, fetched and removed.
struct AdminImages {
    let hub: HubServices

    func add(to router: RouterGroup<HubContext>) {
        router.get("admin/images", use: show)
        router.post("admin/images/pull", use: pull)
        router.post("admin/images/remove", use: remove)
    }

    func addAPI(to router: RouterGroup<HubContext>) {
        router.get("images", use: list)
        router.delete("images/:image", use: delete)
        router.post("images/:image/pull", use: begin)
        router.get("images/:image/pull", use: follow)
    }

    // MARK: Pages

    @Sendable private func show(_ request: Request, _ context: HubContext) async throws -> Response {
        _ = try hub.administrator(request, context)
        let images = try await hub.launcher.call(ListImages())
        let views = images.map { ImageView(hub.texts, $0, hub.pulls.last(of: $0.name)) }
        return hub.adminPage(
            "admin-images", "images", request, context, ["images": views.map(\.values), "pulling": views.contains(where: \.isPulled)])
    }

    @Sendable private func pull(_ request: Request, _ context: HubContext) async throws -> Response {
        let form = try await hub.adminForm(request, context)
        hub.pulls.begin(try await configured(form["image"] ?? "").name)
        return .seeOther("/hub/admin/images")
    }

    @Sendable private func remove(_ request: Request, _ context: HubContext) async throws -> Response {
        let form = try await hub.adminForm(request, context)
        _ = try await hub.launcher.call(RemoveImage(image: form["image"] ?? ""))
        return .seeOther("/hub/admin/images")
    }

    /// What may be fetched is known before anybody waits for it.
    private func configured(_ name: String) async throws -> ImageSummary {
        let images = try await hub.launcher.call(ListImages())
        guard let image = images.first(where: { $0.name == name && $0.isConfigured }) else {
            throw HubError(.notFound, "The configuration names no image “\(name.prefix(200))”.")
        }
        return image
    }

    // MARK: API

    @Sendable private func list(_ request: Request, _ context: HubContext) async throws -> Response {
        try hub.rights(request, context).require("admin-ui", on: .hub)
        return .json(.array(try await hub.launcher.call(ListImages()).map(Models.image)))
    }

    @Sendable private func delete(_ request: Request, _ context: HubContext) async throws -> Response {
        try hub.rights(request, context).require("admin-ui", on: .hub)
        _ = try await hub.launcher.call(RemoveImage(image: try context.segment("image")))
        return Response(status: .noContent)
    }

    /// 202 with where it can be followed; the same while it is under way.
    @Sendable private func begin(_ request: Request, _ context: HubContext) async throws -> Response {
        try hub.rights(request, context).require("admin-ui", on: .hub)
        let image = try await configured(try context.segment("image"))
        hub.pulls.begin(image.name)
        return .began(pullOf: image.name)
    }

    @Sendable private func follow(_ request: Request, _ context: HubContext) async throws -> Response {
        try hub.rights(request, context).require("admin-ui", on: .hub)
        guard let pull = hub.pulls.last(of: try context.segment("image")) else { throw HubError.notFound }
        return .events(pull.follow().mapped { [texts = hub.texts] in $0.json(texts) })
    }
}

extension Response {
    /// 202: an image is being fetched, and where that can be followed.
    static func began(pullOf image: String) -> Response {
        let log = ImageView.stream(image)
        var response = Response.json(["image": .string(image), "progress_url": .string(log)], status: .accepted)
        response.headers[.location] = log
        return response
    }
}

extension Models {
    static func image(_ image: ImageSummary) -> JSONValue {
        [
            "name": .string(image.name), "profiles": .array(image.profiles.map { .string($0) }), "builder": .bool(image.isBuilder),
            "servers": .array(image.servers.map { .string(ServerPaths.suffix($0)) }), "present": .bool(image.present != nil),
            "unused": .bool(image.isUnused), "id": JSONValue(image.present?.id), "digest": JSONValue(image.present?.digest),
            "size": image.present.map { .number(Double($0.size)) } ?? .null, "created": JSONValue(time: image.present?.created),
        ]
    }
}
