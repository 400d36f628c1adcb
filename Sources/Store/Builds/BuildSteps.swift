import Configuration
import Egress
import Environments
import Foundation
import LauncherProtocol
import Logging
import Phrases
import Synchronization

/// The steps of a build in one staging directory, each a container of its own.
struct BuildSteps: Sendable {
    let layout: StoreLayout
    let settings: EnvironmentConfiguration
    let containers: any BuildContainers
    let logger: Logger
    var staging: Staging
    let deadline: ContinuousClock.Instant
    let progress: @Sendable (BuildProgress) -> Void
    /// Where a solve may find its container.
    var ready: ReadySolver?
    /// The container that does the next step, in this staging directory; nil for a new one.
    var waiting: WaitingSolver?
    let times = PhaseTimes()

    var timeLeft: Duration { deadline - .now }
    static let work = "/work"
    var insideStaging: String { "\(Self.work)/staging/\(staging.name)" }

    /// The exact packages that a recipe comes to on `target`.
    func solve(_ wanted: Wanted, for target: Target) async throws(StoreError) -> (packages: [CondaPackage], known: [String]) {
        progress(BuildProgress(.solving, "Reading the channels"))
        var request = try request(solvingFor: target)
        request.channels = Channels.searched(for: wanted.recipe, settings)
        request.channelPriority = (wanted.recipe.channelPriority ?? .strict).rawValue
        request.specs = wanted.specs
        request.lookFor = wanted.recipe.condaCandidates
        let outcome = try await runSolver(request, solving: (wanted, target))
        return (outcome.packages, outcome.known)
    }

    /// In the container that is ready, if one is. One that ends before it begins is as if it had not been there.
    private func runSolver(_ request: BuilderRequest, solving: (Wanted, Target)) async throws(StoreError) -> BuilderOutcome {
        if let solver = await ready?.take() {
            defer { solver.end() }
            var steps = self
            (steps.staging, steps.waiting) = (solver.staging, solver)
            do throws(StoreError) { return try await steps.runOnChannels("solve", request, solving: solving) } catch {
                guard !solver.hasSpoken, !Task.isCancelled else { throw error }
            }
        }
        return try await runOnChannels("solve", request, solving: solving)
    }

    /// What every request has that lets the solver work for `target`.
    func request(solvingFor target: Target) throws(StoreError) -> BuilderRequest {
        var request = BuilderRequest()
        request.platform = target.platform
        request.virtualPackages = target.virtualPackages
        request.detect = target.isHost
        request.cutOff = target.cutOff
        request.repodata = "\(Self.work)/repodata"
        if !settings.attestations.isEmpty {
            request.attestations = settings.attestations.flatMap { rule in
                Channels.urls(of: rule.channel, settings).map { channel in
                    .init(
                        channel: channel, target: rule.target ?? channel, mode: rule.mode.rawValue, identity: rule.identity,
                        issuer: rule.issuer)
                }
            }
            request.sigstoreRoot = try sigstoreRoot()
        }
        return request
    }

    private func sigstoreRoot() throws(StoreError) -> String {
        guard settings.sigstoreRoot.hasPrefix("/") else { return settings.sigstoreRoot }
        do { return try String(contentsOfFile: settings.sigstoreRoot, encoding: .utf8) } catch {
            throw .from(error, doing: "read “environments.sigstore_root”", layout: layout)
        }
    }

    /// Runs blocking work on the disk.
    ///
    /// - Parameter phase: What its time counts for.
    func disk<Value: Sendable>(
        _ what: String, as phase: String = "disk", _ body: @escaping @Sendable () throws -> Value
    ) async throws(StoreError) -> Value {
        try await times.measure(phase) { () async throws(StoreError) in
            try await offPool { () throws(StoreError) in
                do { return try body() } catch { throw StoreError.from(error, doing: what, layout: layout) }
            }
        }
    }

    var workMount: BuildJob.Mount { BuildJob.Mount(layout.work, at: Self.work, readOnly: false) }

    /// The container that does `verb`, as long as there is time.
    func job(
        _ verb: String, uid: UInt32, mounts: [BuildJob.Mount], network: String?, purpose: String? = nil, waits: Bool = false
    ) -> BuildJob {
        // An administrator's proxy may have a password in its URL, and is of no use without a network.
        var variables = network == nil ? settings.variables.filter { !UpstreamProxy.isVariable($0.key) } : settings.variables
        variables["HOME"] = "/tmp"
        variables["TMPDIR"] = uid == settings.builderUID ? "\(insideStaging)/tmp" : "/scratch"
        return BuildJob(
            purpose: purpose ?? verb, image: settings.builderImage, command: BuilderProgram.command(verb, waits: waits), uid: uid,
            mounts: [BuildJob.Mount(staging.job, at: "/job", readOnly: true)] + mounts
                + settings.mounts.map { BuildJob.Mount($0.source, at: $0.target, readOnly: true) },
            variables: variables, network: network, cpus: settings.cpus, memory: settings.memory, timeout: timeLeft / .seconds(1))
    }

    func run(
        _ verb: String, _ request: BuilderRequest, uid: UInt32, mounts: [BuildJob.Mount], network: String?,
        solving: (Wanted, Target)? = nil, purpose: String? = nil
    ) async throws(StoreError) -> BuilderOutcome {
        try await disk("write the builder's request") { try staging.write(request) }
        guard timeLeft > .zero else { throw .tooLong(settings) }
        let collected = Mutex(BuilderOutcome())
        let exit = try await times.measure(purpose ?? verb) { () async throws(StoreError) in
            let onLine: @Sendable (BuildLine) -> Void = { line in
                if let step = collected.withLock({ $0.take(line) }) { progress(step) }
            }
            do throws(BuildContainerError) {
                if let waiting { return try await waiting.serve(within: timeLeft, onLine: onLine) }
                return try await containers.run(
                    job(verb, uid: uid, mounts: mounts, network: network, purpose: purpose), onLine: onLine)
            } catch {
                throw StoreError(.unavailable, Phrase(verbatim: error.description))
            }
        }
        let outcome = collected.withLock { $0 }
        guard exit.status == 0 else {
            logger.info(
                "A step of a build failed",
                metadata: ["step": "\(verb)", "status": "\(exit.status)", "log": "\(outcome.log.suffix(5))"])
            throw .from(exit, outcome, verb: verb, solving: solving, settings: settings, layout: layout)
        }
        return outcome
    }
}
