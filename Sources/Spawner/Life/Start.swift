import Configuration
import Docker
import LauncherProtocol
import UnixSockets

extension Spawner {
    /// The start itself, in its turn.
    func carryOutStart(
        _ account: Account, _ call: StartServer, _ progress: @escaping @Sendable (StartProgress) -> Void
    ) async throws(LauncherError) -> ServerRecord {
        progress(StartProgress(.checking, "Checking account, profile and image", fraction: 0.02))
        let existing = try await onEngine { () async throws(DockerError) in try await servers(call.id) }
        if let running = existing.first(where: \.record.running) { return running.record }
        let profile = try Profiles(configuration).choose(call.profile, for: account)
        // Decided for good when the container is made; but nobody should wait for an image in vain.
        _ = try await admit(call.id, of: account, with: profile)
        try await prepareImage(profile.image, progress)
        let home = HomeDirectory(of: account, configuration.homes)
        try await offPool { () throws(LauncherError) in try home.prepare() }
        if let name = call.environment {
            progress(StartProgress(.environment, "Putting the environment “\(name)” in place", fraction: 0.6))
        }
        let environment = try await resolveEnvironment(account, call.environment) { message, fraction in
            progress(StartProgress(.environment, message, fraction: 0.6 + 0.1 * (fraction ?? 0)))
        }
        let outcome: Result<ServerRecord, LauncherError>
        do throws(LauncherError) {
            progress(StartProgress(.starting, "Starting the container", fraction: 0.7))
            let plan = ContainerPlan(
                id: call.id, account: account, profile: profile, environment: environment?.mount, configuration: configuration,
                directory: ServerDirectory(runtime: configuration.runtime, id: call.id, uid: account.uid), home: home.path)
            outcome = .success(try await finish(plan, existing))
        } catch {
            outcome = .failure(error)
        }
        await environment?.release()
        let record = try outcome.get()
        progress(StartProgress(.waiting, "Jupyter is starting", fraction: 0.8))
        return record
    }

    private func prepareImage(_ image: String, _ progress: @Sendable (StartProgress) -> Void) async throws(LauncherError) {
        guard configuration.allows(image: image) else {
            throw LauncherError(
                .refused,
                "The image “\(image)” is not among the allowed ones. An administrator can add it to images.allowed, or change the profile.")
        }
        if try await onEngine({ () async throws(DockerError) in try await engine.hasImage(image) }) { return }
        progress(StartProgress(.pulling, "Fetching the image \(image)", fraction: 0.05))
        let login = try registryLogin(for: image)
        try await onEngine { () async throws(DockerError) in
            try await engine.pull(image, login: login) { pull in
                progress(StartProgress(.pulling, pull.words(for: image), fraction: 0.05 + 0.5 * pull.fraction))
            }
        }
    }

    /// From here on a start is carried through even when the caller hangs up, so that no
    /// half of a server is left.
    private func finish(_ plan: ContainerPlan, _ existing: [Server]) async throws(LauncherError) -> ServerRecord {
        let task = Task { () async -> Result<ServerRecord, LauncherError> in
            do throws(LauncherError) { return .success(try await create(plan, replacing: existing)) } catch { return .failure(error) }
        }
        return try await task.value.get()
    }

    private func create(_ plan: ContainerPlan, replacing existing: [Server]) async throws(LauncherError) -> ServerRecord {
        for server in existing { try await remove(server) }
        let (gid, uid) = (gatewayGID, plan.account.uid)
        let (directory, files) = (plan.directory, plan.files)
        do {
            try await offPool { () throws(SystemCallError) in try directory.prepare(files: files, uid: uid, gatewayGID: gid) }
        } catch {
            throw LauncherError(
                .failed, "The server's directory could not be made (\(error)). Is there room under \(configuration.runtime)?")
        }
        var generator = SystemRandomNumberGenerator()
        let name = "berth-\(uid)-" + String(generator.next() as UInt64, radix: 16)
        try await onEngine { () async throws(DockerError) in
            if try await !engine.hasNetwork(configuration.engine.network) {
                try await engine.createIsolatedBridge(configuration.engine.network)
            }
        }
        let (container, began) = try await admitAndCreate(plan, named: name)
        defer { beginning.remove(container) }
        return try await onEngine { () async throws(DockerError) in
            do throws(DockerError) {
                let created = ContinuousClock.now
                try await engine.start(container)
                logger.info(
                    "Container started",
                    metadata: [
                        "container": "\(name)", "owner": "\(plan.account.name)",
                        "create-ms": "\(Int((created - began) / .milliseconds(1)))",
                        "start-ms": "\(Int((.now - created) / .milliseconds(1)))",
                    ])
                let details = try await engine.inspect(container)
                guard let record = ServerRecord(details, runtime: configuration.runtime) else {
                    throw .unreadable(what: "the container it has just started")
                }
                return record
            } catch {
                quiet.add(container, .everything)
                try? await engine.remove(container, force: true)
                throw error
            }
        }
    }

    /// From the moment a container is there its labels say what it was given; until then the turn does.
    private func admitAndCreate(
        _ plan: ContainerPlan, named name: String
    ) async throws(LauncherError) -> (container: String, began: ContinuousClock.Instant) {
        await admissions.take(.ofHost)
        let outcome: Result<(String, ContinuousClock.Instant), LauncherError>
        do throws(LauncherError) {
            var plan = plan
            plan.needs = try await admit(plan.id, of: plan.account, with: plan.profile)
            let spec = plan.spec(secret: Self.secret(), apiToken: Self.secret())
            let began = ContinuousClock.now
            let container = try await onEngine { () async throws(DockerError) in try await engine.create(spec, named: name) }
            beginning.add(container)
            outcome = .success((container, began))
        } catch {
            outcome = .failure(error)
        }
        await admissions.pass(.ofHost)
        return try outcome.get()
    }

    /// 256 random bits in hexadecimal digits.
    private static func secret() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<4).map { _ in
            let word = String(generator.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - word.count) + word
        }.joined()
    }

    private func remove(_ server: Server) async throws(LauncherError) {
        // Its end is part of a start: nobody has to hear of it.
        quiet.add(server.details.id, .everything)
        try await onEngine { () async throws(DockerError) in
            try await engine.remove(server.details.id, force: true)
            try await removeOverlays(of: server)
        }
    }
}
