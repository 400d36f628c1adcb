import Accounts
import Audit
import Configuration
import Foundation
import Hub
import LauncherProtocol
import Logging
import Proxy
import Servers
import Watch

/// The unprivileged half, put together: the hub is one upstream of the proxy, servers are the others.
///
/// What accounts and servers know is published to the proxy as it changes; what the proxy
/// sees of activity goes back to the accounts.
struct Gateway {
    private let configuration: BerthConfiguration
    private let accounts: Accounts
    private let servers: Servers
    private let hub: Hub
    private let watch: Watch
    private let proxy: Proxy
    private let audit: AuditLog
    private let logger = Logger(label: "berth.gateway")
    /// One element where somebody ends Berth by the API.
    private let shutdowns = Shutdowns()

    /// Opens the database and reads certificate, key and templates; listens nowhere yet.
    init(_ configuration: BerthConfiguration) throws {
        self.configuration = configuration
        let settings = configuration.gateway
        let launcher = LauncherClient(path: configuration.launcherSocket)
        let accounts = try Accounts(
            path: configuration.database,
            limits: SessionLimits(idle: settings.session.idle, absolute: settings.session.absolute))
        servers = Servers(
            launcher: launcher, startTimeout: settings.startTimeout, logger: Logger(label: "berth.servers"))
        let audit = try AuditLog(path: configuration.auditLog, logger: Logger(label: "berth.audit"))
        let visits = VisitLog(audit)
        proxy = try Proxy(
            configuration: try ProxyConfiguration(configuration), logger: Logger(label: "berth.proxy")
        ) { [servers] activity in
            servers.noteTraffic(activity.servers.map { ServerID(owner: $0.owner, name: $0.name) })
            accounts.touch(sessions: activity.sessions, tokens: activity.tokens)
            for visit in activity.visits {
                visits.note(visit.account, credential: visit.credential, in: ServerID(owner: visit.server.owner, name: visit.server.name))
            }
        }
        let watch = Watch(
            configuration: configuration, accounts: accounts, launcher: launcher, logger: Logger(label: "berth.watch"))
        hub = try Hub(
            configuration: configuration, accounts: accounts, servers: servers, launcher: launcher,
            logger: Logger(label: "berth.hub"), watched: Watched(audit: audit, collect: { [proxy] in await proxy.families() }),
            lookUpstream: { watch.lookSoon() }, shutDown: { [shutdowns] in shutdowns.sink.yield() })
        self.watch = watch
        self.audit = audit
        self.accounts = accounts
    }

    /// Serves until a signal comes, or until Berth is ended by the API, which is true; then requests under way
    /// finish, and servers go on.
    func run(until stop: Signals) async throws -> Bool {
        let published = Publication(proxy)
        hub.onAccess { published.take($0) }
        servers.onChange { published.take($0) }

        var isEndedByAPI = false
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await accounts.run() }
            group.addTask { await servers.run() }
            group.addTask { await hub.cull() }
            group.addTask { await hub.review() }
            group.addTask { await watch.run() }
            let (hubRuns, tellHubRuns) = AsyncStream<Never>.makeStream()
            group.addTask {
                defer { tellHubRuns.finish() }
                try await hub.run(socketPath: configuration.hubSocket) { tellHubRuns.finish() }
            }
            // Whoever comes back after a restart should find their server running.
            await servers.settled(within: 5)
            let waiting = WaitingFile(path: configuration.waitingStarts, logger: logger)
            let waited = waiting.read()
            servers.onWaiting { waiting.write($0) }
            servers.resume(waited)
            for await _ in hubRuns {}
            try proxy.start()
            logger.notice("Berth is open at \(proxy.boundAddresses.joined(separator: " and ")).")
            group.addTask {
                for await signal in stop.events {
                    guard signal == SIGHUP else { break }
                    reloadCertificate()
                }
                await proxy.stop()
                throw CancellationError()
            }
            group.addTask {
                let tls = configuration.gateway.tls
                await CertificateWatch(files: [tls.certificate, tls.key]).run { reloadCertificate() }
            }
            group.addTask {
                for await _ in shutdowns.events {
                    // The answer to whoever asked is among the requests under way.
                    await proxy.stop()
                    throw EndedByAPI()
                }
            }
            defer { group.cancelAll() }
            // The first to end ends the gateway: `waitForAll` would wait for the others, which never end by themselves.
            do { try await group.next() } catch is CancellationError {} catch is EndedByAPI { isEndedByAPI = true }
        }
        await audit.settled()
        return isEndedByAPI
    }

    private struct EndedByAPI: Error {}

    private func reloadCertificate() {
        do {
            try proxy.reloadCertificate()
            logger.notice("The certificate was read again; new connections use it.")
        } catch {
            logger.error("The certificate in use stays: \(error)")
        }
    }
}

/// The wish to end Berth, as a stream.
private struct Shutdowns: Sendable {
    let events: AsyncStream<Void>
    let sink: AsyncStream<Void>.Continuation

    init() { (events, sink) = AsyncStream.makeStream() }
}
