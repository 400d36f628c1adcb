import Accounts
import Hummingbird
import LauncherProtocol

/// `/hub/environments/NAME/share` and `/hub/admin/environments`: who may use whose environments.
struct SharingRoutes {
    let hub: HubServices

    func add(to router: RouterGroup<HubContext>) {
        router.post("environments/:name/share", use: share)
        router.get("admin/environments", use: assignments)
        router.post("admin/environments", use: assign)
    }

    /// Without a right the share is taken back.
    @Sendable private func share(_ request: Request, _ context: HubContext) async throws -> Response {
        let (session, form) = try await hub.form(request, context)
        let name = try context.segment("name")
        let to = form.filled("to")?.trimmingCharacters(in: .whitespaces) ?? ""
        _ = try await hub.launcher.call(
            ShareEnvironment(
                account: session.account, environment: name, to: to, right: form.filled("right").flatMap(EnvironmentRight.init(rawValue:))))
        return .seeOther(EnvironmentView.path(name) + "#share")
    }

    @Sendable private func assignments(_ request: Request, _ context: HubContext) async throws -> Response {
        let session = try hub.administrator(request, context)
        var all: [EnvironmentAssignment] = []
        var refusal = ""
        // Who is an administrator by Berth's own decision may look, and not assign.
        do throws(LauncherError) { all = try await hub.launcher.call(ListAssignments(account: session.account)) } catch {
            guard error.kind == .refused else { throw error }
            refusal = hub.texts(error.message)
        }
        return hub.page(
            "admin-environments", title: hub.texts("admin", "environments"), request: request, context: context,
            [
                "area": ["admin": true, "environments": true] as [String: Any],
                "assignments": all.map { assignment in
                    [
                        "environment": assignment.environment, "to": assignment.to == "*" ? hub.texts("admin", "everybody") : assignment.to,
                        "toKey": assignment.to, "version": assignment.version.map { String($0.prefix(12)) } ?? "",
                        "isDefault": assignment.isDefault, "isMandatory": assignment.isMandatory,
                    ] as [String: Any]
                }, "refusal": refusal, "assigns": refusal.isEmpty,
            ].merging(try await hub.allEnvironments(request)) { $1 })
    }

    @Sendable private func assign(_ request: Request, _ context: HubContext) async throws -> Response {
        _ = try hub.administrator(request, context)
        let (session, form) = try await hub.form(request, context)
        let assignment = EnvironmentAssignment(
            environment: form["environment"]?.trimmingCharacters(in: .whitespaces) ?? "", to: form.filled("to") ?? "*",
            version: form.filled("version"), isDefault: form["default"] != nil, isMandatory: form["mandatory"] != nil)
        _ = try await hub.launcher.call(
            AssignEnvironment(account: session.account, assignment: assignment, isTakenBack: form["remove"] != nil))
        return .seeOther("/hub/admin/environments")
    }
}
