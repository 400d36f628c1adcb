import Audit
import Configuration
import HTTPTypes
import Hummingbird

/// `/hub/api/audit` and `/hub/api/limits`: what administrators read, for programs.
struct AdminAPI {
    let hub: HubServices

    func add(to router: RouterGroup<HubContext>) {
        router.get("audit", use: audit)
        router.get("limits", use: limits)
    }

    @Sendable private func audit(_ request: Request, _ context: HubContext) async throws -> Response {
        try hub.rights(request, context).require("admin-ui", on: .hub)
        return .json(.array(try await hub.audited(AuditSearch(request)).events.map(\.json)))
    }

    @Sendable private func limits(_ request: Request, _ context: HubContext) async throws -> Response {
        try hub.rights(request, context).require("admin-ui", on: .hub)
        return .json(.array(hub.configuration.limits.map(Models.limit)))
    }
}

extension HubServices {
    /// The newest events of the audit log, what was noted a moment ago included.
    func audited(_ search: AuditSearch) async throws -> (events: [AuditEvent], hasMore: Bool) {
        guard let audit = trail.watched.audit else { return ([], false) }
        await audit.settled()
        return try await search.run(path: configuration.auditLog)
    }
}

extension Models {
    static func limit(_ limit: LimitConfiguration) -> JSONValue {
        [
            "name": .string(limit.name), "users": .array(limit.users.map { .string($0) }),
            "groups": .array(limit.groups.map { .string($0) }), "one_server": resources(limit.oneServer),
            "each": resources(limit.each), "together": resources(limit.together),
        ]
    }

    /// Null for what is not limited.
    private static func resources(_ resources: ResourceLimits) -> JSONValue {
        func number(_ value: Int?) -> JSONValue { value.map { .number(Double($0)) } ?? .null }
        return [
            "servers": number(resources.servers), "memory": number(resources.memory),
            "cpus": resources.cpus.map { .number($0) } ?? .null, "gpus": number(resources.gpus),
        ]
    }
}
