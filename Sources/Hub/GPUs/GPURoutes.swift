import Hummingbird
import LauncherProtocol
import Servers

/// `/hub/gpus` and `/hub/api/gpus`: which GPU is whose, so that people can talk to each other.
struct GPURoutes {
    let hub: HubServices

    func add(to router: RouterGroup<HubContext>) {
        router.get("gpus", use: show)
    }

    func addAPI(to router: RouterGroup<HubContext>) {
        router.get("gpus", use: list)
    }

    @Sendable private func show(_ request: Request, _ context: HubContext) async throws -> Response {
        let session = try hub.visitor(request, context)
        let overview = try await hub.launcher.call(ListGPUs())
        let waiting = hub.servers.waitingStarts
        return hub.page(
            "gpus", title: hub.texts("gpus", "title"), request: request, context: context,
            [
                "gpus": overview.gpus.map { GPUView(hub.texts, $0, account: session.account).values }, "hasGPUs": !overview.gpus.isEmpty,
                "problem": overview.problem ?? "",
                "waiting": waiting > 0 ? hub.texts("gpus", waiting == 1 ? "oneWaits" : "manyWait", ["count": "\(waiting)"]) : "",
            ])
    }

    @Sendable private func list(_ request: Request, _ context: HubContext) async throws -> Response {
        _ = try hub.caller(request, context)
        let overview = try await hub.launcher.call(ListGPUs())
        return .json([
            "gpus": .array(overview.gpus.map(Models.gpu)), "waiting": .number(Double(hub.servers.waitingStarts)),
            "problem": JSONValue(overview.problem),
        ])
    }
}

extension Models {
    static func gpu(_ gpu: GPUSummary) -> JSONValue {
        let use: JSONValue =
            gpu.use.map { use in
                [
                    "memory": .number(Double(use.memory)), "memory_used": .number(Double(use.memoryUsed)),
                    "busy": use.busy.map { .number(Double($0)) } ?? .null,
                    "temperature": use.temperature.map { .number(Double($0)) } ?? .null,
                ]
            } ?? .null
        return [
            "id": .string(gpu.id), "name": .string(gpu.name), "index": gpu.index.map { .number(Double($0)) } ?? .null, "use": use,
            "holders": .array(
                gpu.holders.map {
                    [
                        "user": .string($0.id.owner), "server": .string($0.id.name), "shared": .bool($0.shares),
                        "since": JSONValue(time: $0.since),
                    ]
                }),
        ]
    }
}
