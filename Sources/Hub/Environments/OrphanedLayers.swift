import Foundation
import Hummingbird
import LauncherProtocol

/// What somebody has installed over environments that are gone for good, for pages and programs: shown and thrown away.
struct OrphanedLayers {
    let hub: HubServices

    func add(to router: RouterGroup<HubContext>) {
        router.post("environments/orphaned-layers/discard", use: discard)
    }

    func addAPI(to router: RouterGroup<HubContext>) {
        router.get("orphaned-layers", use: list)
        router.delete("orphaned-layers/:environment/:build", use: discardForProgram)
    }

    /// For the home page: the last ones.
    func values(of account: String) async throws(LauncherError) -> [[String: Any]] {
        try await hub.launcher.call(ListOrphanedLayers(account: account)).prefix(20).map { layer in
            let over = hub.texts("layers", "overGone", ["name": layer.environment, "build": String(layer.build.prefix(8))])
            return [
                "environment": layer.environment, "build": layer.build, "over": over,
                "size": hub.texts("environment", "driftSize", ["files": "\(layer.files)", "size": Format.bytes(layer.bytes)]),
                "isRead": layer.changed > 0, "changed": Format.moment(layer.changed), "changedAt": Format.machine(layer.changed),
            ]
        }
    }

    @Sendable private func discard(_ request: Request, _ context: HubContext) async throws -> Response {
        let (session, form) = try await hub.form(request, context)
        _ = try await hub.launcher.call(
            DiscardLayer(account: session.account, environment: form["environment"] ?? "", orphan: form["build"] ?? ""))
        return .seeOther("/hub/home#environments")
    }

    @Sendable private func list(_ request: Request, _ context: HubContext) async throws -> Response {
        let account = try hub.caller(request, context).account
        return .json(.array(try await hub.launcher.call(ListOrphanedLayers(account: account)).map(Models.orphanedLayer)))
    }

    @Sendable private func discardForProgram(_ request: Request, _ context: HubContext) async throws -> Response {
        let account = try hub.caller(request, context).account
        _ = try await hub.launcher.call(
            DiscardLayer(
                account: account, environment: try context.segment("environment"), orphan: try context.segment("build")))
        return Response(status: .noContent)
    }
}

extension Models {
    static func orphanedLayer(_ layer: OrphanedLayer) -> JSONValue {
        [
            "environment": .string(layer.environment), "build": .string(layer.build), "files": .number(Double(layer.files)),
            "bytes": .number(Double(layer.bytes)), "changed": JSONValue(time: layer.changed),
        ]
    }
}
