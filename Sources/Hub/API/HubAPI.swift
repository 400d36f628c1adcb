import HTTPTypes
import Hummingbird
import LauncherProtocol
import Servers

/// `/hub/api` itself: version, what this is, what it serves.
struct HubAPI {
    let hub: HubServices

    /// The version of JupyterHub whose API this is: clients decide by it what they may ask.
    static let version = "5.5.1"

    func add(to router: RouterGroup<HubContext>) {
        router.get { _, _ in
            var response = Response.json(["version": .string(Self.version)])
            // A single-user server of the jupyterhub package compares it with its own.
            response.headers[.jupyterHubVersion] = Self.version
            return response
        }
        router.get("info", use: info)
        router.get("profiles", use: profiles)
        router.get("services", use: services)
        router.get("services/:service", use: service)
        router.get("proxy", use: routes)
        router.post("shutdown", use: shutDown)
        router.get("openapi.json") { _, _ in hub.files.openAPI }
    }

    @Sendable private func info(_ request: Request, _ context: HubContext) async throws -> Response {
        try hub.rights(request, context).requireAny("read:hub")
        return .json([
            "version": .string(Self.version), "python": "", "sys_executable": "",
            "authenticator": ["class": "berth.PAM", "version": .string(Self.version)],
            "spawner": ["class": "berth.Engine", "version": .string(Self.version)],
        ])
    }

    @Sendable private func profiles(_ request: Request, _ context: HubContext) async throws -> Response {
        let account = try hub.caller(request, context).account
        return .json(.array(try await hub.launcher.call(ListProfiles(account: account)).map(Models.profile)))
    }

    /// Those of the configuration, by name.
    @Sendable private func services(_ request: Request, _ context: HubContext) async throws -> Response {
        let rights = try hub.rights(request, context)
        try rights.require("list:services")
        let visible = hub.services.all.filter { rights.allow("list:services", on: .service($0.name)) }
        return .json(.object(Dictionary(visible.map { ($0.name, .object(Models.service($0, roles: hub.roles))) }) { $1 }))
    }

    @Sendable private func service(_ request: Request, _ context: HubContext) async throws -> Response {
        let name = try context.segment("service")
        try hub.rights(request, context).require("read:services", on: .service(name))
        guard let service = hub.services[name] else { throw HubError.notFound }
        return .json(.object(Models.service(service, roles: hub.roles)))
    }

    /// Ends Berth, and with `{"servers": true}` all servers before it; they run on otherwise.
    @Sendable private func shutDown(_ request: Request, _ context: HubContext) async throws -> Response {
        struct Wanted: Decodable {
            var proxy: Bool?
            var servers: Bool?
        }
        try hub.rights(request, context).require("shutdown", on: .hub)
        guard hub.configuration.hub.shutdown else {
            throw HubError(.forbidden, "Berth is not to be ended by the API here (hub.shutdown).")
        }
        let wanted = try await request.object(Wanted.self, "with “servers”, true or false", empty: Wanted(), isJupyters: true)
        if wanted.servers == true { for status in hub.servers.all { try await hub.servers.stop(status.id) } }
        hub.trail.note(.shutdown)
        hub.shutDown()
        return .json(["message": "Shutting down Berth"], status: .accepted)
    }

    /// What is routed where.
    @Sendable private func routes(_ request: Request, _ context: HubContext) async throws -> Response {
        try hub.rights(request, context).require("proxy", on: .hub)
        let page = try Page(request)
        var routes: [String: JSONValue] = ["/": ["routespec": "/", "target": "hub", "data": ["hub": true]]]
        for server in hub.servers.ready {
            routes[server.id.path] = [
                "routespec": .string(server.id.path), "target": .string("unix:\(server.socketName)"),
                "data": ["user": .string(server.id.owner), "server_name": .string(server.id.name)],
            ]
        }
        return page.response(routes, site: hub.site(request), request)
    }
}

extension Rights {
    /// What every person may ask, but no token that is for something else alone.
    func requireAny(_ name: String) throws(HubError) {
        let isWhole = scopes?.contains { ["self", "inherit"].contains($0.name) } ?? granted.contains { $0.name == "self" }
        if !isWhole { try require(name) }
    }
}
