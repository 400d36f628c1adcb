import Foundation
import Hummingbird
import LauncherProtocol

/// Environments that were removed, for pages and programs.
struct RemovedEnvironments {
    let hub: HubServices

    func add(to router: RouterGroup<HubContext>) {
        router.post("environments/bring-back", use: bringBack)
    }

    func addAPI(to router: RouterGroup<HubContext>) {
        router.get("removed-environments", use: list)
        router.post("environments/bring-back", use: bringBackForProgram)
    }

    /// For the home page: the last ones.
    func values(of account: String) async throws(LauncherError) -> [[String: Any]] {
        let texts = hub.texts
        return try await hub.launcher.call(ListRemovedEnvironments(account: account)).prefix(20).map { environment in
            [
                "id": environment.id, "name": environment.name, "isNameTaken": environment.isNameTaken,
                "removed": Format.moment(environment.removed), "removedAt": Format.machine(environment.removed),
                "until": Format.moment(environment.until), "untilAt": Format.machine(environment.until),
                "button": texts("environment", "bringBackNamed", ["name": environment.name]),
            ]
        }
    }

    @Sendable private func bringBack(_ request: Request, _ context: HubContext) async throws -> Response {
        let (session, form) = try await hub.form(request, context)
        let environment = try await hub.launcher.call(
            BringBackEnvironment(account: session.account, removed: form["removed"] ?? "", newName: form.filled("name")))
        return .seeOther(EnvironmentView.path(environment.name))
    }

    // MARK: API

    @Sendable private func list(_ request: Request, _ context: HubContext) async throws -> Response {
        let account = try hub.caller(request, context).account
        return .json(.array(try await hub.launcher.call(ListRemovedEnvironments(account: account)).map(Models.removed)))
    }

    private struct Wanted: Decodable {
        var removed: String
        var name: String?
    }

    /// `{"removed": "…", "name": "…"}`; the environment as it is again.
    @Sendable private func bringBackForProgram(_ request: Request, _ context: HubContext) async throws -> Response {
        let account = try hub.caller(request, context).account
        let wanted = try await request.object(
            Wanted.self, "with “removed”, the name or identity of a removed environment, and optionally “name”")
        let environment = try await hub.launcher.call(
            BringBackEnvironment(account: account, removed: wanted.removed, newName: wanted.name))
        return .json(Models.environment(environment))
    }
}

extension Models {
    static func removed(_ environment: RemovedEnvironment) -> JSONValue {
        [
            "id": .string(environment.id), "name": .string(environment.name), "removed": JSONValue(time: environment.removed),
            "until": JSONValue(time: environment.until), "name_taken": .bool(environment.isNameTaken),
        ]
    }
}
