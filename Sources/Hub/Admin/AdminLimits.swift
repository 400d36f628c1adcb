import Configuration
import Hummingbird

/// `/hub/admin/limits`: what `limits:` in the configuration holds people to, in order. The first
/// that names an account is that account's.
struct AdminLimits {
    let hub: HubServices

    func add(to router: RouterGroup<HubContext>) {
        router.get("admin/limits", use: show)
    }

    @Sendable private func show(_ request: Request, _ context: HubContext) async throws -> Response {
        _ = try hub.administrator(request, context)
        return hub.adminPage("admin-limits", "limits", request, context, ["limits": hub.configuration.limits.map(view)])
    }

    private func view(_ limit: LimitConfiguration) -> [String: Any] {
        let isForAll = limit.users.isEmpty && limit.groups.isEmpty
        let people = limit.users + limit.groups.map { hub.texts("admin", "groupNamed", ["name": $0]) }
        let parts = [("oneServer", limit.oneServer), ("each", limit.each), ("together", limit.together)]
        return [
            "name": limit.name,
            "whom": isForAll ? hub.texts("admin", "everybody") : people.joined(separator: ", "),
            "parts": parts.compactMap { key, resources in
                let words = words(resources)
                return words.isEmpty ? nil : ["title": hub.texts("admin", key), "words": words.joined(separator: ", ")]
            },
        ]
    }

    private func words(_ resources: ResourceLimits) -> [String] {
        let amounts: [(String, String?)] = [
            ("serverLimit", resources.servers.map { "\($0)" }), ("memoryLimit", resources.memory.map(Format.bytes)),
            ("cpuLimit", resources.cpus.map { $0.formatted(.number.locale(.init(identifier: "en_US_POSIX"))) }),
            ("gpuLimit", resources.gpus.map { "\($0)" }),
        ]
        return amounts.compactMap { key, amount in amount.map { hub.texts("admin", key, ["amount": $0]) } }
    }
}
