import Accounts
import Foundation
import HTTPTypes
import Hummingbird
import LauncherProtocol
import Servers

/// `/hub/api/users/NAME/server` and `/servers/SERVER`: start, stop, progress.
struct ServerAPI {
    let hub: HubServices

    private enum Bound {
        /// How long a start or a stop is waited for before 202, as JupyterHub does
        /// (`slow_spawn_timeout`): clients give up not much later.
        static let patience = Duration.seconds(10)
    }

    func add(to router: RouterGroup<HubContext>) {
        for path in ["users/:name/server", "users/:name/servers/:server"] {
            router.post(RouterPath(path), use: start)
            router.delete(RouterPath(path), use: stop)
            router.get(RouterPath(path + "/progress"), use: progress)
        }
        router.get("users/:name/servers/:server", use: show)
    }

    /// One with a name, running or not.
    @Sendable private func show(_ request: Request, _ context: HubContext) async throws -> Response {
        let id = try await server(request, context, "read:servers")
        guard try await NamedServers(hub: hub).names(of: id.owner).contains(id.name) else { throw HubError.notFound }
        return .json(Models.server(hub.servers.status(of: id), site: hub.configuration.gateway.publicURL))
    }

    @Sendable private func start(_ request: Request, _ context: HubContext) async throws -> Response {
        let id = try await server(request, context, "start:servers")
        var status = hub.servers.status(of: id)
        guard status.ready == nil else { throw HubError(.badRequest, "\(ServerPaths.suffix(id)) is already running") }
        guard !status.isStopping else { throw HubError(.badRequest, "\(ServerPaths.suffix(id)) is pending stop") }
        if !status.isStarting {
            let asked = try await options(request)
            let unasked = await ServerChoices(hub: hub).unasked(for: id)
            let choice = asked ?? unasked
            // What nobody chose is not remembered, but for a server with a name: it is there from now on.
            if asked != nil || !id.name.isEmpty {
                try await NamedServers(hub: hub).start(id, with: choice)
            } else {
                hub.servers.start(id, profile: choice.profile, environment: choice.environment)
            }
        }
        await wait(for: hub.servers.events(of: id))
        status = hub.servers.status(of: id)
        if let failure = status.failure { throw HubError(failure.kind.status, failure.reason, log: failure.log) }
        return Response(status: status.ready != nil ? .created : .accepted)
    }

    @Sendable private func stop(_ request: Request, _ context: HubContext) async throws -> Response {
        let id = try await server(request, context, "delete:servers")
        let removes = try await asksToRemove(request)
        if removes, id.name.isEmpty { throw HubError(.badRequest, "The default server can be stopped, but not removed.") }
        if removes {
            try await hub.accounts.forgetChoice(of: id.owner, server: id.name)
            hub.trail.note(.serverRemove, on: ServerPaths.suffix(id))
        }
        let hub = hub
        // The stop goes on when the wait ends.
        let stop = Task { () -> LauncherError? in
            do throws(LauncherError) { try await hub.servers.stop(id) } catch { return error }
            return nil
        }
        let (ended, end) = AsyncStream.makeStream(of: Void.self)
        let problem = Task {
            let error = await stop.value
            end.finish()
            return error
        }
        await wait(for: ended)
        guard !hub.servers.status(of: id).isStopping else { return Response(status: .accepted) }
        if let error = await problem.value { throw error }
        return Response(status: .noContent)
    }

    @Sendable private func progress(_ request: Request, _ context: HubContext) async throws -> Response {
        let id = try await server(request, context, "read:servers")
        let status = hub.servers.status(of: id)
        guard status.state != .stopped else { throw HubError(.badRequest, "\(ServerPaths.suffix(id)) is not starting") }
        return .events(hub.servers.events(of: id).mapped { [texts = hub.texts] in Models.event($0, of: id, texts) })
    }

    /// The server in the path, where `scope` is given for it.
    private func server(_ request: Request, _ context: HubContext, _ scope: String) async throws -> ServerID {
        let owner = try context.segment("name")
        let name = context.parameters.get("server")?.removingPercentEncoding ?? ""
        try hub.rights(request, context).require(scope, on: .server(owner, name))
        guard try await hub.accounts.user(named: owner) != nil else { throw HubError.notFound }
        guard name.isEmpty || ServerPaths.isName(name) else {
            throw HubError(
                .badRequest, "A server's name has up to 30 lower-case letters, digits and single hyphens, and begins with a letter.")
        }
        return ServerID(owner: owner, name: name)
    }

    /// `{"remove": true}` of a stop.
    private func asksToRemove(_ request: Request) async throws -> Bool {
        struct Wanted: Decodable { var remove: Bool? }
        return try await request.object(Wanted.self, "with “remove”, true or false", empty: Wanted(), isJupyters: true).remove ?? false
    }

    /// JupyterHub's `user_options`: the body itself, or that key in it. An empty body asks for nothing.
    private func options(_ request: Request) async throws -> ServerChoice? {
        struct Options: Decodable {
            var profile: String?
            var environment: String?
            var user_options: Inner?
            struct Inner: Decodable {
                var profile: String?
                var environment: String?
            }
        }
        let options = try await request.object(Options.self, "with “profile” and “environment”", empty: Options(), isJupyters: true)
        let profile = options.profile ?? options.user_options?.profile
        let environment = options.environment ?? options.user_options?.environment
        return profile == nil && environment == nil ? nil : ServerChoice(profile: profile, environment: environment)
    }

    private func wait<Element: Sendable>(for stream: AsyncStream<Element>) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for await _ in stream {} }
            group.addTask { try? await Task.sleep(for: Bound.patience) }
            await group.next()
            group.cancelAll()
        }
    }
}
