import Accounts
import Foundation
import Hummingbird
import LauncherProtocol
import Servers

/// `/hub/home`: servers, environments and sessions of the one who is logged in.
struct HomeRoutes {
    let hub: HubServices

    func add(to router: RouterGroup<HubContext>) {
        router.get { [hub] request, context in
            // Whoever opens the site and logs in goes on to JupyterLab where there is nothing to choose.
            _ = try hub.visitor(request, context)
            return Response.seeOther("/hub/home")
        }
        router.get("home", use: show)
    }

    @Sendable private func show(_ request: Request, _ context: HubContext) async throws -> Response {
        let session = try hub.visitor(request, context)
        let id = ServerID(owner: session.account)
        async let user = hub.accounts.user(named: session.account)
        var page: [String: Any] = [:]
        do throws(LauncherError) {
            let part = try await EnvironmentPage.read(request, of: session.account, hub)
            page["environments"] = part.environments.map { EnvironmentView(hub.texts, $0).values }
            page.merge(part.values("/hub/home", fragment: "#environments")) { $1 }
            let open = try? await Proposals(hub: hub).seen(by: session.account, isAdministrator: context.isAdministrator)
            if let open, !open.isEmpty { page["updates"] = hub.texts("updates", "proposed", ["count": "\(open.count)"]) }
            if let own = try? await hub.launcher.call(ReadOwnStorage(account: session.account)) {
                let view = StorageView(hub.texts, own)
                page["storage"] = view.text
                page["isNearlyFull"] = view.isNearlyFull
            }
            let removed = try await RemovedEnvironments(hub: hub).values(of: session.account)
            page["removed"] = removed
            page["hasRemoved"] = !removed.isEmpty
            let orphaned = try await OrphanedLayers(hub: hub).values(of: session.account)
            page["orphaned"] = orphaned
            page["hasOrphaned"] = !orphaned.isEmpty
            let choice = await ServerChoices(hub: hub).obvious(for: id)
            page["chooses"] = choice == nil
        } catch {
            page["problem"] = hub.texts(error.message)
        }
        page["servers"] = try await servers(of: session.account, chooses: page["chooses"] as? Bool ?? true)
        let shared = hub.sharedServers(with: session.account)
        page["shared"] = shared
        page["hasShared"] = !shared.isEmpty
        page["offersNamed"] = hub.configuration.servers.namedLimit > 0
        page["sessions"] = hub.accounts.sessions(of: session.account).map { other in
            [
                "id": other.id, "browser": Format.browser(other.userAgent), "address": other.address,
                "used": Format.moment(other.lastUsed), "usedAt": Format.machine(other.lastUsed), "isThis": other.id == session.id,
            ] as [String: Any]
        }
        let openings = hub.openingViews(of: session.account)
        page["openings"] = openings
        page["hasOpenings"] = !openings.isEmpty
        let found = hub.homeFindings.known(of: session.account)
        page["found"] = found.prefix(20).map { HomeEnvironmentView(hub.texts, $0).values }
        page["hasFound"] = !found.isEmpty
        if let build = hub.builds.underWay(of: session.account) { page["build"] = ["id": build.id, "name": build.name] }
        let person = (try? await user)??.fullName.split(separator: " ").first.map(String.init)
        page["greeting"] = hub.texts("home", "greeting", ["name": person ?? session.account])
        return hub.page("home", title: hub.texts("home", "title"), request: request, context: context, page)
    }

    /// The server without a name first.
    /// - Parameter chooses: whether that one asks what to start with.
    private func servers(of account: String, chooses: Bool) async throws -> [[String: Any]] {
        let named = NamedServers(hub: hub)
        let choices = try await named.choices(of: account)
        let outdated = await hub.outdatedServers(of: account)
        var views: [[String: Any]] = []
        for name in try await [""] + named.names(of: account) {
            let status = hub.servers.status(of: ServerID(owner: account, name: name))
            var values = ServerView(
                hub.texts, status, contact: hub.configuration.gateway.contact, mayRollBack: await hub.mayRollBack(status)
            ).values
            values["outdated"] = outdated.filter { $0["server"] as? String == name }
            values["chooses"] = name.isEmpty ? chooses : choices[name] == nil
            if status.profile == nil, let choice = choices[name] {
                values["profile"] = choice.profile
                values["environment"] = choice.environment
            }
            views.append(values)
        }
        return views
    }
}
