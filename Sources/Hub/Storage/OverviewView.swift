import Hummingbird
import LauncherProtocol

/// What the administration shows of an environment.
struct OverviewView {
    let values: [String: Any]

    init(_ texts: TextCatalog, _ environment: EnvironmentOverview) {
        let shared = environment.grants.map { "\($0.to) (\(texts("share", $0.right.rawValue)))" }.joined(separator: ", ")
        let assigned = environment.assignedTo.map { $0 == "*" ? texts("admin", "everybody") : $0 }.joined(separator: ", ")
        values = [
            "full": "\(environment.owner)/\(environment.name)", "size": Format.bytes(environment.size),
            "versions": texts("storage", "versions", ["count": "\(environment.versions)"]),
            "isLost": !environment.isBuilt, "changed": Format.moment(environment.changed),
            "changedAt": Format.machine(environment.changed), "used": environment.lastUsed.map(Format.moment) ?? "",
            "usedAt": environment.lastUsed.map(Format.machine) ?? "",
            "shared": shared.isEmpty ? "" : texts("storage", "shared", ["with": shared]),
            "assigned": assigned.isEmpty ? "" : texts("storage", "assigned", ["to": assigned]),
        ]
    }
}

extension HubServices {
    /// The part of all environments that a page asks for.
    func allEnvironments(_ request: Request) async throws -> [String: Any] {
        let (text, offset) = AdminPage.search(request)
        let found = try await launcher.call(ListAllEnvironments(text: text, offset: offset, limit: AdminPage.size))
        return [
            "q": text, "total": texts("admin", "found", ["count": "\(found.total)"]),
            "all": found.environments.map { OverviewView(texts, $0).values },
        ].merging(AdminPage.links("/hub/admin/environments", text, offset, hasMore: offset + AdminPage.size < found.total)) { $1 }
    }
}
