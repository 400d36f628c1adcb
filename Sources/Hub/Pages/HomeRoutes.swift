import Accounts
import Foundation
import Hummingbird
import LauncherProtocol
import Servers

/// `/hub/home`: servers, environments and sessions of the one who is logged in.
struct HomeRoutes {
    let hub: HubServices

    func add(to router: RouterGroup<HubContext>) {
        router.get { _, _ in Response.seeOther("/hub/home") }
        router.get("home", use: show)
    }

    @Sendable private func show(_ request: Request, _ context: HubContext) async throws -> Response {
        let session = try hub.visitor(request, context)
        let id = ServerID(owner: session.account)
        async let user = hub.accounts.user(named: session.account)
        var page: [String: Any] = [:]
        do throws(LauncherError) {
            let environments = try await hub.launcher.call(ListEnvironments(account: session.account))
            page["environments"] = environments.map { EnvironmentView(hub.texts, $0).values }
            page["hasEnvironments"] = !environments.isEmpty
            let choice = await ServerChoices(hub: hub).obvious(for: id)
            page["chooses"] = choice == nil
        } catch {
            page["problem"] = error.message
        }
        let named = hub.servers.statuses(of: session.account).filter { !$0.id.name.isEmpty }
        page["servers"] = ([hub.servers.status(of: id)] + named).map { ServerView(hub.texts, $0).values }
        page["sessions"] = hub.accounts.sessions(of: session.account).map { other in
            [
                "id": other.id, "browser": Format.browser(other.userAgent), "address": other.address,
                "used": Format.moment(other.lastUsed), "usedAt": Format.machine(other.lastUsed), "isThis": other.id == session.id,
            ] as [String: Any]
        }
        if let build = hub.builds.underWay(of: session.account) { page["build"] = ["id": build.id, "name": build.name] }
        let person = (try? await user)??.fullName.split(separator: " ").first.map(String.init)
        page["greeting"] = hub.texts("home", "greeting", ["name": person ?? session.account])
        return hub.page("home", title: hub.texts("home", "title"), request: request, context: context, page)
    }
}
