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
    let staging: Staging
    let deadline: ContinuousClock.Instant
    let progress: @Sendable (BuildProgress) -> Void
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
        let outcome = try await runOnChannels("solve", request, solving: (wanted, target))
        return (outcome.packages, outcome.known)
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

    func run(
        _ verb: String, _ request: BuilderRequest, uid: UInt32, mounts: [BuildJob.Mount], network: String?,
        solving: (Wanted, Target)? = nil, purpose: String? = nil
    ) async throws(StoreError) -> BuilderOutcome {
        try await disk("write the builder's request") { try staging.write(request) }
        let left = timeLeft / .seconds(1)
        guard left > 0 else { throw .tooLong(settings) }
        // An administrator's proxy may have a password in its URL, and is of no use without a network.
        var variables = network == nil ? settings.variables.filter { !UpstreamProxy.isVariable($0.key) } : settings.variables
        variables["HOME"] = "/tmp"
        variables["TMPDIR"] = uid == settings.builderUID ? "\(insideStaging)/tmp" : "/scratch"
        let job = BuildJob(
            purpose: purpose ?? verb, image: settings.builderImage, command: BuilderProgram.command(verb), uid: uid,
            mounts: [BuildJob.Mount(staging.job, at: "/job", readOnly: true)] + mounts
                + settings.mounts.map { BuildJob.Mount($0.source, at: $0.target, readOnly: true) },
            variables: variables, network: network, cpus: settings.cpus, memory: settings.memory, timeout: left)
        let collected = Mutex(BuilderOutcome())
        let exit = try await times.measure(job.purpose) { () async throws(StoreError) in
            do throws(BuildContainerError) {
                return try await containers.run(job) { line in
                    if let step = collected.withLock({ $0.take(line) }) { progress(step) }
                }
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
