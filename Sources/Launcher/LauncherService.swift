import Configuration
import Docker
import Foundation
import Logging
import LauncherProtocol
import Logins
import NSS
import Spawner
import Store
import UnixSockets

/// The privileged half: answers ``LauncherProtocol``'s calls with logins, servers and environments.
///
/// ```swift
/// let service = try LauncherService(configuration: configuration, logger: logger)
/// await service.run()
/// ```
public struct LauncherService: Sendable {
    private let logins: Logins
    private let spawner: Spawner
    private let store: Store
    private let server: LauncherServer
    private let collecting: @Sendable () async -> Void
    private let isSolverAlwaysReady: Bool
    private let logger: Logger

    /// Makes the directories, takes over what an earlier launcher left, and listens.
    public init(configuration: BerthConfiguration, logger: Logger) throws(LauncherSetupError) {
        guard getuid() == 0 else { throw .notRoot }
        try Directories(configuration).prepare()
        let gateway = try GatewayAccount(named: configuration.gateway.user)

        let engine = Engine(socket: configuration.engine.socket, logger: logger)
        let logins = Logins(
            configuration: configuration.login, runtime: configuration.runtime, logger: logger)
        let contents = ImageContents(engine: engine)
        // Environments run in the images of the profiles, and what is done with them on the way to that in the builder's.
        let images = configuration.profiles.map(\.image) + [configuration.environments.builderImage]
        let store = Store(
            configuration: configuration, containers: BuildContainersOnDocker(engine, state: configuration.state), logger: logger,
            quota: { uid in
                guard let account = try? await AccountDirectory().lookUp(uid: uid) else { return configuration.environments.quota }
                return configuration.environmentQuota(account: account.name, groups: Set(account.groups.map(\.name)))
            },
            leastGlibc: { await contents.leastGlibc(in: images) })
        let access = EnvironmentAccess(store: store, accounts: logins, administratorGroups: Set(configuration.login.adminGroups))
        let spawner = Spawner(
            engine: engine, contents: contents, configuration: configuration, gatewayGID: gateway.gid,
            resolveEnvironment: { account, name, progress async throws(LauncherError) in
                guard let mount = try await access.mount(name, for: account, progress: progress) else { return nil }
                return HeldEnvironment(EnvironmentMount(mount)) { await store.release(mount) }
            }, logger: logger)

        var handlers = LauncherHandlers()
        handlers.answerLogins(with: logins)
        handlers.answerServers(with: spawner, accounts: logins, store: store)
        handlers.answerOutdatedServers(with: access, spawner)
        let elsewhere = Elsewhere()
        handlers.answerElsewhere(elsewhere, with: access)
        let garbage = GarbageCollection(store: store) { () async throws(LauncherError) in try await spawner.buildsInUse(by: nil) }
        handlers.answerEnvironments(with: access, elsewhere, garbage, inUse: spawner.buildsInUse(by:))
        handlers.answerHomes(with: access, elsewhere)
        handlers.answerArchives(with: access, Archives(store: store, runtime: configuration.runtime, logger: logger))
        handlers.answerGit(
            with: access,
            GitExchanges(
                store: store, elsewhere: elsewhere, runtime: configuration.runtime, launcherSocket: configuration.launcherSocket,
                gateway: gateway.uid, deadline: configuration.environments.timeout, logger: logger,
                outdated: { subject in
                    let running = try? await spawner.running(by: subject.actor.uid)
                    return (try? await access.outdated(running ?? [], of: subject.actor, with: subject.reference)) ?? []
                }))
        handlers.tellDecisions(to: elsewhere)
        do throws(SystemCallError) {
            server = try LauncherServer(
                path: configuration.launcherSocket, gatewayUID: gateway.uid, gitUID: configuration.environments.gitUID,
                handlers: handlers, logger: logger)
        } catch { throw .socket(error) }
        if let interval = configuration.environments.collect {
            collecting = { await garbage.run(every: interval, telling: elsewhere, logger: logger) }
        } else {
            collecting = {}
        }
        isSolverAlwaysReady = configuration.environments.solverWaits == .always
        self.logins = logins
        self.spawner = spawner
        self.store = store
        self.logger = logger
    }

    /// Serves until the task is cancelled. Servers and sessions go on without the launcher.
    public func run() async throws(LauncherSetupError) {
        do throws(SystemCallError) { try await logins.start() } catch { throw .directory(error) }
        await store.sweep()
        writePushHooks()
        await spawner.sweep()
        server.start()
        logger.notice("The launcher listens.")
        if isSolverAlwaysReady { store.expectSolve() }
        let rounds = Task { await collecting() }
        await tellLoginsOfServers()
        rounds.cancel()
        server.stop()
        await store.end()
    }

    /// Without them nothing can be pushed, and everything else goes on.
    private func writePushHooks() {
        do {
            try store.writePushHooks(program: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        } catch { logger.error("Nothing can be pushed with git: \(error)") }
    }

    /// A home that a PAM session mounted must stay while a server uses it, so the logins
    /// hear whose servers run.
    private func tellLoginsOfServers() async {
        let (changes, sink) = AsyncStream<ServerChange>.makeStream()
        async let watching: Void = spawner.watch { sink.yield($0) }
        var running = RunningServers()
        for await change in changes where running.note(change) {
            await logins.serversChanged(running: running.owners)
        }
        await watching
    }
}
