import Accounts
import Configuration
import Foundation
import HTTPTypes
import Hummingbird
import LauncherProtocol
import Logging
import Servers

/// The pages and the REST API, as one more upstream of the proxy: an HTTP server on a private
/// Unix socket.
///
/// ```swift
/// let hub = try Hub(configuration: configuration, accounts: accounts, servers: servers, launcher: client, logger: logger)
/// try await hub.run(socketPath: "/run/berth/gateway/hub.sock")
/// ```
public struct Hub: Sendable {
    let services: HubServices

    /// Reads templates, texts, style sheets and scripts from the configured directory; its
    /// errors say which file is wrong.
    /// - Parameter shutDown: ends Berth, where the API may be asked for that.
    public init(
        configuration: BerthConfiguration, accounts: Accounts, servers: Servers, launcher: any LauncherCalling,
        logger: Logger, watched: Watched = Watched(), lookUpstream: (@Sendable () -> Void)? = nil,
        shutDown: @escaping @Sendable () -> Void = {}
    ) throws {
        try self.init(
            configuration: configuration, files: StaticFiles(directory: configuration.staticFiles), accounts: accounts, servers: servers,
            launcher: launcher, logger: logger, watched: watched, lookUpstream: lookUpstream, shutDown: shutDown)
    }

    init(
        configuration: BerthConfiguration, files: StaticFiles, accounts: Accounts, servers: Servers, launcher: any LauncherCalling,
        logger: Logger, watched: Watched, lookUpstream: (@Sendable () -> Void)?, shutDown: @escaping @Sendable () -> Void
    ) throws {
        let trail = Trail(watched)
        let launcher = WatchedLauncher(launcher, trail)
        let services = try HubServices(
            configuration: configuration, files: files, accounts: accounts, servers: servers, launcher: launcher, logger: logger,
            trail: trail, lookUpstream: lookUpstream, shutDown: shutDown)
        self.services = services
        trail.follow(accounts, servers, logger: logger)
        accounts.onEnd { [weak services] ended in
            for session in ended {
                services?.notices.forget(session: session.id)
                guard let login = session.login else { continue }
                Task { _ = try? await launcher.call(CloseLogin(session: login)) }
            }
        }
    }

    /// Serves on a Unix socket at `socketPath`, replacing a stale one, until the task is cancelled.
    /// The directory must be private to the gateway: whoever reaches the socket is believed.
    /// - Parameter whenRunning: called once connections are taken.
    public func run(socketPath: String, whenRunning: @escaping @Sendable () -> Void = {}) async throws {
        unlink(socketPath)
        let application = Application(
            router: router, configuration: .init(address: .unixDomainSocket(path: socketPath), serverName: nil),
            onServerRunning: { _ in
                chmod(socketPath, 0o600)
                whenRunning()
            }, logger: services.logger)
        async let elsewhere: Void = services.elsewhere.follow()
        try await application.run()
        await elsewhere
    }

    /// Calls `handler` with what every session and token opens, now and after each change, in order.
    public func onAccess(_ handler: @escaping @Sendable (ServerAccess) -> Void) {
        services.accounts.onChange { [roles = services.roles, known = services.services] snapshot in
            handler(ServerAccess(snapshot, roles, known))
        }
    }

    /// Stops servers that nobody uses, until the task is cancelled.
    public func cull() async { await Culling(hub: services).run() }

    /// Asks the host about everybody who can come in, until the task is cancelled.
    public func review() async { await HostReview(hub: services).run() }

    /// The name of the session's cookie: with the `__Host-` prefix wherever the site is served over TLS.
    public static func sessionCookie(for configuration: GatewayConfiguration) -> String { HubCookies(configuration).session }

    /// All routes in one place.
    private var router: Router<HubContext> {
        let router = Router(context: HubContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: SafetyHeaders())
        router.add(middleware: ChooseLanguage())
        router.add(middleware: Identify(hub: services))
        router.add(middleware: ErrorResponses(hub: services))
        router.add(middleware: SendToLogIn())
        router.add(middleware: Origins())

        router.get("/") { _, _ in Response.seeOther("/hub/home") }
        let hub = router.group("hub")
        HealthRoutes(hub: services).add(to: hub)
        MetricsRoutes(hub: services).add(to: hub)
        hub.get("static/**") { request, context in
            try services.files.assets.response(to: request, path: context.parameters.getCatchAll().joined(separator: "/"))
        }
        PendingRoutes(hub: services).addForwarded(to: hub)
        GitRoutes(hub: services).add(to: hub)

        let pages = hub.group().add(middleware: PagesAreForPeople())
        LanguageRoutes(hub: services).add(to: pages)
        LoginRoutes(hub: services).add(to: pages)
        LogoutRoutes(hub: services).add(to: pages)
        HomeRoutes(hub: services).add(to: pages)
        SpawnRoutes(hub: services).add(to: pages)
        NamedServerRoutes(hub: services).add(to: pages)
        GPURoutes(hub: services).add(to: pages)
        PendingRoutes(hub: services).add(to: pages)
        EnvironmentRoutes(hub: services).add(to: pages)
        EnvironmentChangeRoutes(hub: services).add(to: pages)
        LayerRoutes(hub: services).add(to: pages)
        EnvironmentVersionRoutes(hub: services).add(to: pages)
        RemovedEnvironments(hub: services).add(to: pages)
        OrphanedLayers(hub: services).add(to: pages)
        SharingRoutes(hub: services).add(to: pages)
        ProposalRoutes(hub: services).add(to: pages)
        AdoptRoutes(hub: services).add(to: pages)
        TokenRoutes(hub: services).add(to: pages)
        AdminRoutes(hub: services).add(to: pages)
        AdminGroups(hub: services).add(to: pages)
        AdminLimits(hub: services).add(to: pages)
        AdminNotices(hub: services).add(to: pages)
        AdminImages(hub: services).add(to: pages)
        Openings(hub: services).add(to: pages)
        AdminStorage(hub: services).add(to: pages)
        BuildRoutes(hub: services).add(to: pages)
        ShareAPI(hub: services).addPage(to: pages)
        ShareCodeAPI(hub: services).addPage(to: pages)

        let api = hub.group("api")
        HubAPI(hub: services).add(to: api)
        UserAPI(hub: services).add(to: api)
        GroupAPI(hub: services).add(to: api)
        ServerAPI(hub: services).add(to: api)
        GPURoutes(hub: services).addAPI(to: api)
        TokenAPI(hub: services).add(to: api)
        AdminAPI(hub: services).add(to: api)
        AdminNotices(hub: services).addAPI(to: api)
        AdminImages(hub: services).addAPI(to: api)
        Openings(hub: services).addAPI(to: api)
        OAuthRoutes(hub: services).add(to: api)
        AdminStorage(hub: services).addAPI(to: api)
        BuildRoutes(hub: services).addAPI(to: api)
        ShareAPI(hub: services).add(to: api)
        ShareCodeAPI(hub: services).add(to: api)
        EnvironmentAPI(hub: services).add(to: api)
        EnvironmentChangeAPI(hub: services).add(to: api)
        CheckAPI(hub: services).add(to: api)
        LayerRoutes(hub: services).addAPI(to: api)
        EnvironmentVersionRoutes(hub: services).addAPI(to: api)
        RemovedEnvironments(hub: services).addAPI(to: api)
        OrphanedLayers(hub: services).addAPI(to: api)
        EnvironmentEditAPI(hub: services).add(to: api)
        SharingAPI(hub: services).add(to: api)
        ProposalAPI(hub: services).add(to: api)
        AdoptRoutes(hub: services).addAPI(to: api)
        return router
    }
}
