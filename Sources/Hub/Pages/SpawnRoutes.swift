import Accounts
import Foundation
import Hummingbird
import LauncherProtocol
import Servers

/// `/hub/spawn`, `/hub/stop` and `/hub/restart`: choose what to start a server with, start it, stop it, and both.
struct SpawnRoutes {
    let hub: HubServices

    func add(to router: RouterGroup<HubContext>) {
        for path in ["spawn", "spawn/:owner", "spawn/:owner/:server"] {
            router.get(RouterPath(path), use: show)
            router.post(RouterPath(path), use: submit)
        }
        for path in ["stop/:owner", "stop/:owner/:server"] { router.post(RouterPath(path), use: stop) }
        for path in ["restart/:owner", "restart/:owner/:server"] { router.post(RouterPath(path), use: restart) }
    }

    @Sendable private func show(_ request: Request, _ context: HubContext) async throws -> Response {
        let session = try hub.visitor(request, context)
        let id = try server(context, session)
        let status = hub.servers.status(of: id)
        let target = target(request.query("next"), id)
        if status.ready != nil { return .seeOther(target) }
        if status.isStarting { return .seeOther(pending(id, target)) }
        let wantsForm = request.query("choose") != nil || status.failure != nil
        if !wantsForm, let choice = await ServerChoices(hub: hub).obvious(for: id) {
            try await NamedServers(hub: hub).start(id, with: choice)
            return .seeOther(pending(id, target))
        }
        try await NamedServers(hub: hub).admit(id)
        return try await form(id, target, request, context)
    }

    @Sendable private func submit(_ request: Request, _ context: HubContext) async throws -> Response {
        let (session, form) = try await hub.form(request, context)
        let id = try server(context, session)
        if form.texts["again"] != nil, let choice = await ServerChoices(hub: hub).obvious(for: id) {
            try await NamedServers(hub: hub).start(id, with: choice)
        } else if form.texts["again"] == nil {
            let choice = ServerChoice(profile: form.filled("profile"), environment: form.filled("environment"))
            try await NamedServers(hub: hub).start(id, with: choice)
        } else {
            return .seeOther("/hub/spawn/\(ServerPaths.suffix(id))?choose")
        }
        return .seeOther(pending(id, target(form["next"], id)))
    }

    @Sendable private func stop(_ request: Request, _ context: HubContext) async throws -> Response {
        let (session, _) = try await hub.form(request, context)
        try await hub.servers.stop(try server(context, session))
        return .seeOther("/hub/home")
    }

    /// Stops a running server and starts it with the same profile and the same environment, as that is by now.
    @Sendable private func restart(_ request: Request, _ context: HubContext) async throws -> Response {
        let (session, _) = try await hub.form(request, context)
        let id = try server(context, session), status = hub.servers.status(of: id)
        guard status.ready != nil else { return .seeOther("/hub/home") }
        let choice = ServerChoice(profile: status.profile, environment: status.environment)
        try await hub.servers.stop(id)
        try await NamedServers(hub: hub).start(id, with: choice)
        return .seeOther(pending(id, id.path + "lab"))
    }

    private func form(_ id: ServerID, _ target: String, _ request: Request, _ context: HubContext) async throws -> Response {
        async let listedProfiles = hub.launcher.call(ListProfiles(account: id.owner))
        async let readPart = EnvironmentPage.read(request, of: id.owner, hub)
        let (profiles, part) = (try await listedProfiles, try await readPart)
        let last = try await hub.accounts.choice(of: id.owner, server: id.name)
        let environments = try await environments(part, with: last?.environment, for: id.owner)
        let profile = profiles.first { $0.name == last?.profile } ?? profiles.first
        var environment = last.map { last in environments.first { $0.name == last.environment } } ?? environments.first
        if part.isDemanded, environment == nil { environment = environments.first }
        var values: [String: Any] = part.values(
            "/hub/spawn/" + ServerPaths.suffix(id), more: "&choose=1&next=" + target.percentEncodedWhole)
        values.merge(
            [
                "action": "/hub/spawn/" + ServerPaths.suffix(id), "next": target, "serverName": id.name,
                "profiles": profiles.map { ProfileView(hub.texts, $0, chosen: $0 == profile).values },
                "hasProfiles": !profiles.isEmpty,
                "environments": environments.map { summary in
                    EnvironmentView(hub.texts, summary).values.merging(["chosen": summary == environment]) { $1 }
                },
                "hasEnvironments": !environments.isEmpty, "imageChosen": environment == nil, "offersImage": !part.isDemanded,
            ] as [String: Any]
        ) { $1 }
        return hub.page("spawn", title: hub.texts("spawn", "title"), request: request, context: context, values)
    }

    /// What the page shows, and before it the one that was used last, on whichever page that is.
    private func environments(
        _ part: EnvironmentPage, with last: String?, for account: String
    ) async throws -> [EnvironmentSummary] {
        guard let last, !part.environments.contains(where: { $0.name == last }) else { return part.environments }
        let found = try await hub.launcher.call(FindEnvironments(account: account, text: last, limit: EnvironmentPage.size))
        return found.environments.filter { $0.name == last } + part.environments
    }

    /// The server in the path, which must be the visitor's own.
    private func server(_ context: HubContext, _ session: Session) throws(HubError) -> ServerID {
        guard context.parameters.get("owner") != nil else { return ServerID(owner: session.account) }
        guard try context.segment("owner") == session.account else { throw .notFound }
        guard context.parameters.get("server") != nil else { return ServerID(owner: session.account) }
        let name = try context.segment("server")
        guard ServerPaths.isName(name) else {
            throw HubError(
                .badRequest, "A server's name has up to 30 lower-case letters, digits and single hyphens, and begins with a letter.")
        }
        return ServerID(owner: session.account, name: name)
    }

    /// Where to go when the server is ready: what was asked for, if it is a page of that server.
    private func target(_ next: String?, _ id: ServerID) -> String {
        guard let next = NextPath(next)?.text, next.hasPrefix(id.path) else { return id.path + "lab" }
        return next
    }

    private func pending(_ id: ServerID, _ target: String) -> String {
        let plain = target == id.path + "lab"
        return "/hub/spawn-pending/" + ServerPaths.suffix(id) + (plain ? "" : "?next=" + target.percentEncodedWhole)
    }
}

/// What the pages show of a profile.
struct ProfileView {
    let values: [String: Any]

    init(_ texts: TextCatalog, _ profile: ProfileSummary, chosen: Bool) {
        var limits: [String] = []
        if let cpus = profile.cpus {
            limits.append(texts("profile", "cpus", ["count": cpus.formatted(.number.precision(.fractionLength(0...1)))]))
        }
        if let memory = profile.memory { limits.append(texts("profile", "memory", ["size": Format.bytes(memory)])) }
        if let gpus = profile.gpus { limits.append(texts("profile", gpus == "all" ? "allGPUs" : "gpus", ["count": gpus])) }
        values = [
            "name": profile.name, "title": profile.title, "description": profile.description, "image": profile.image,
            "limits": limits, "chosen": chosen,
        ]
    }
}
