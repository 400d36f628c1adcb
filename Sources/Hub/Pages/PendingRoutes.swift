import Accounts
import Foundation
import HTTPTypes
import Hummingbird
import LauncherProtocol
import Servers

/// `/hub/spawn-pending`, `/hub/user` and `/hub/user-redirect`: the way to a server that may not run yet.
struct PendingRoutes {
    let hub: HubServices

    func add(to router: RouterGroup<HubContext>) {
        router.get("spawn-pending/:owner", use: pending)
        router.get("spawn-pending/:owner/:server", use: pending)
        router.get("user-redirect/**", use: redirect)
    }

    /// What the proxy forwards as `/hub/user/…` comes with every method.
    func addForwarded(to router: RouterGroup<HubContext>) {
        for method in [HTTPRequest.Method.get, .head, .post, .put, .patch, .delete] {
            router.on("user/**", method: method, use: forwarded)
        }
    }

    @Sendable private func pending(_ request: Request, _ context: HubContext) async throws -> Response {
        let session = try hub.visitor(request, context)
        guard try context.segment("owner") == session.account else { throw HubError.notFound }
        let name = context.parameters.get("server") ?? ""
        guard name.isEmpty || ServerPaths.isName(name) else { throw HubError.notFound }
        let id = ServerID(owner: session.account, name: name)
        let next = NextPath(request.query("next"))?.text
        let target = next.flatMap { $0.hasPrefix(id.path) ? $0 : nil } ?? id.path + "lab"
        if hub.servers.status(of: id).ready != nil { return .seeOther(target) }
        return await page(id, target, request, context, status: .ok)
    }

    /// `/hub/user-redirect/PATH?QUERY`: the same path at the visitor's own server, not a byte of it changed.
    @Sendable private func redirect(_ request: Request, _ context: HubContext) async throws -> Response {
        let session = try hub.visitor(request, context)
        let path = request.uri.string.dropFirst("/hub/user-redirect/".count)
        return .seeOther(ServerID(owner: session.account).path + path)
    }

    /// A request for a server that does not run: its progress to a person, 424 to a program.
    /// JupyterLab's lost-connection dialog depends on the latter.
    @Sendable private func forwarded(_ request: Request, _ context: HubContext) async throws -> Response {
        let target = String(request.uri.string.dropFirst("/hub".count))
        let path = target.prefix { $0 != "?" }.split(separator: "/").dropFirst().compactMap { String($0).removingPercentEncoding }
        guard let owner = path.first else { throw HubError.notFound }
        let isPage = request.isNavigation && path.dropFirst().first != "api" && path.dropFirst(2).first != "api"
        guard let identity = context.identity else {
            guard isPage else { throw HubError.forbidden }
            return .seeOther("/hub/login?next=" + target.percentEncodedWhole)
        }
        guard identity.account == owner else {
            guard hub.reach(of: identity).touches(owner) else { throw HubError.notFound }
            throw HubError(.failedDependency, text: hub.texts("opening", "notRunning"))
        }
        var id = ServerID(owner: owner)
        if let name = path.dropFirst().first {
            let named = ServerID(owner: owner, name: name)
            let choice = (try? await hub.accounts.choice(of: owner, server: name)) ?? nil
            if hub.servers.status(of: named).state != .stopped || (ServerPaths.isName(name) && choice != nil) { id = named }
        }
        guard isPage else {
            let key = hub.servers.status(of: id).isStarting ? "apiStarting" : "apiStopped"
            return .problem(HubError(.failedDependency, text: hub.texts("pending", key)))
        }
        if hub.servers.status(of: id).state == .stopped, let choice = await ServerChoices(hub: hub).obvious(for: id) {
            hub.servers.start(id, profile: choice.profile, environment: choice.environment)
        }
        return await page(id, NextPath(target)?.text ?? id.path + "lab", request, context, status: .failedDependency)
    }

    private func page(
        _ id: ServerID, _ target: String, _ request: Request, _ context: HubContext, status code: HTTPResponse.Status
    ) async -> Response {
        let status = hub.servers.status(of: id)
        var values = ServerView(
            hub.texts, status, contact: hub.configuration.gateway.contact, mayRollBack: await hub.mayRollBack(status)
        ).values
        values["title"] = nil  // the page has its own
        // Who waits for others to be done may look who they are.
        values["queued"] = status.isQueued
        values["target"] = target
        values["server"] = id.path
        values["progress"] = ServerPaths.progress(id)
        values["percent"] = status.step?.percent ?? 0
        values["message"] = status.step.map { hub.texts($0.message) } ?? hub.texts("pending", status.isStarting ? "checking" : "notRunning")
        values["refreshes"] = status.isStarting || status.ready != nil || status.isStopping
        if let environment = status.environment, let layer = await hub.layer(below: status) {
            values["layer"] = LayerView(hub.texts, layer).values
            values["environment"] = EnvironmentView.path(environment)
        }
        let key =
            status.failure != nil
            ? "failedTitle" : status.isQueued ? "queuedTitle" : status.isStarting || status.ready != nil ? "title" : "stoppedTitle"
        return hub.page("pending", title: hub.texts("pending", key), request: request, context: context, status: code, values)
    }
}
