import Configuration
import Docker
import Foundation
import LauncherProtocol
import Logging
import Phrases
import UnixSockets

/// The servers of this installation on its engine.
///
/// ```swift
/// let spawner = Spawner(engine: engine, contents: contents, configuration: configuration, gatewayGID: gid, resolveEnvironment: resolve, logger: logger)
/// let record = try await spawner.start(account: account, call: StartServer(id: id, profile: nil, environment: nil)) { step in … }
/// ```
/// What runs is known from the engine's labels alone: a launcher that comes back finds
/// every server again, and stops none when it goes.
public final class Spawner: Sendable {
    let engine: Engine
    let configuration: BerthConfiguration
    let logger: Logger
    let turns = Turns<ServerID>()
    /// One admission at a time, so that nothing is given twice.
    let admissions = Turns<Admission>()
    let beginning = BeginningContainers()
    let smi: NvidiaSMI
    let contents: ImageContents
    let quiet = QuietContainers()
    let gatewayGID: UInt32
    let resolveEnvironment: ResolveEnvironment

    /// Finds an account's environment by name; where none was chosen, the one that servers of the account start with
    /// all the same. Nil for what the image brings. Where that takes long it says how far it is, from 0 to 1.
    public typealias ResolveEnvironment =
        @Sendable (Account, String?, _ progress: @escaping @Sendable (Phrase, Double?) -> Void) async throws(LauncherError) ->
        HeldEnvironment?

    /// - Parameters:
    ///   - contents: What the engine's images have; nil to look for it anew.
    ///   - gatewayGID: the group that may reach servers' sockets.
    public init(
        engine: Engine, contents: ImageContents? = nil, configuration: BerthConfiguration, gatewayGID: UInt32,
        resolveEnvironment: @escaping ResolveEnvironment, logger: Logger
    ) {
        self.engine = engine
        self.configuration = configuration
        self.gatewayGID = gatewayGID
        self.resolveEnvironment = resolveEnvironment
        self.logger = logger
        smi = NvidiaSMI(command: configuration.gpus.command)
        self.contents = contents ?? ImageContents(engine: engine)
    }

    /// Starts a server, or returns the running one. Ends when its container runs.
    public func start(
        account: Account, call: StartServer, progress: @escaping @Sendable (StartProgress) -> Void
    ) async throws(LauncherError) -> ServerRecord {
        guard call.id.owner == account.name else {
            throw LauncherError(.refused, "The server belongs to “\(call.id.owner)”, not to “\(account.name)”.")
        }
        guard call.id.hasValidName else {
            throw LauncherError(
                .invalid, "“\(call.id.name)” is no name for a server. Use up to 30 small letters, digits and hyphens, with a letter first.")
        }
        await turns.take(call.id)
        let outcome: Result<ServerRecord, LauncherError>
        do throws(LauncherError) {
            outcome = .success(try await carryOutStart(account, call, progress))
        } catch {
            outcome = .failure(error)
        }
        await turns.pass(call.id)
        return try outcome.get()
    }

    /// Stops a server and removes its container. Succeeds if there is none.
    public func stop(_ id: ServerID) async throws(LauncherError) {
        await turns.take(id)
        let outcome: Result<Void, LauncherError>
        do throws(LauncherError) {
            outcome = .success(try await stopAlone(id))
        } catch {
            outcome = .failure(error)
        }
        await turns.pass(id)
        try outcome.get()
    }

    /// All servers of this installation that the engine knows.
    public func list() async throws(LauncherError) -> [ServerRecord] {
        try await onEngine { () async throws(DockerError) in try await servers() }.map(\.record).filter(\.hasStarted)
    }

    /// The last `lines` lines of a server's log, oldest first.
    public func log(_ id: ServerID, lines: Int) async throws(LauncherError) -> [String] {
        guard let server = try await onEngine({ () async throws(DockerError) in try await servers(id).last }) else {
            throw LauncherError(.notFound, "There is no such server, so there is no log.")
        }
        return try await onEngine { () async throws(DockerError) in
            try await engine.logLines(of: server.details.id, last: min(max(lines, 1), 10_000)).map(\.text)
        }
    }

    /// The profiles that an account may use, in the order of the configuration.
    public func profiles(for account: Account) async -> [ProfileSummary] {
        let offered = configuration.profiles.contains { $0.gpus != .none } ? await offeredGPUs() : []
        return Profiles(configuration).summaries(for: account, offered: offered)
    }

    /// An overlay without a container is of no use; another server of the same person may still have it.
    func removeOverlays(of server: Server) async throws(DockerError) {
        try await removeOverlays(among: server.details.volumes)
    }

    private func removeOverlays(among volumes: [String]) async throws(DockerError) {
        for volume in volumes where OverlayVolume.isOverlay(volume) {
            do throws(DockerError) { try await engine.removeVolume(volume) } catch .conflict { continue }
        }
    }

    /// Removes what a launcher that went away in the middle of a stop left on the engine.
    public func sweep() async {
        do throws(DockerError) {
            try await removeOverlays(among: try await engine.volumes(labels: [installationLabel]).keys.sorted())
        } catch {
            logger.warning("Overlays of stopped servers may be left", metadata: ["reason": "\(error)"])
        }
    }

    private func stopAlone(_ id: ServerID) async throws(LauncherError) {
        for server in try await onEngine({ () async throws(DockerError) in try await servers(id) }) {
            quiet.add(server.details.id, .exit)
            try await onEngine { () async throws(DockerError) in
                do throws(DockerError) { try await engine.stop(server.details.id) } catch .notFound { return }
                try await engine.remove(server.details.id, force: true)
                try await removeOverlays(of: server)
            }
            let directory = ServerDirectory(runtime: configuration.runtime, id: id, uid: server.record.uid)
            do {
                try await offPool { () throws(SystemCallError) in try directory.remove() }
            } catch {
                logger.warning("A server's directory is left behind", metadata: ["directory": "\(directory.path)", "reason": "\(error)"])
            }
        }
    }
}
