import Egress
import Environments
import LauncherProtocol
import Logging
import Synchronization

/// The one way out of containers that have no network: a proxy of the launcher's.
extension BuildSteps {
    private static let directory = "/egress"
    /// The proxy's socket, in the container.
    static let wayOut = "\(directory)/\(EgressServer.socketName)"

    private var wayOutMount: BuildJob.Mount { BuildJob.Mount(staging.egress, at: Self.directory, readOnly: true) }

    /// Lets `body` run a container with a way out; what was refused there is told, and stands in the error.
    ///
    /// - Parameters:
    ///   - group: The UID that the container runs as.
    ///   - phase: What is under way, for the person who waits.
    func withWayOut<Value: Sendable>(
        for group: UInt32, as phase: BuildProgress.Phase, _ rules: @escaping @Sendable (PipHosts) -> EgressRules,
        _ body: (BuildJob.Mount) async throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        let (settings, directory, progress, logger) = (settings, staging.egress, progress, logger)
        let refused = RefusedHosts()
        let server = try await disk("open the build's way out") {
            let hosts = PipHosts(settings)
            return try EgressServer(in: directory, group: group, rules: rules(hosts), upstream: hosts.upstream) { refusal in
                refused.note(refusal)
                progress(BuildProgress(phase, refusal.phrase))
                logger.notice("A build was kept from the network", metadata: ["reason": "\(refusal)"])
            }
        }
        defer { server.end() }
        do throws(StoreError) {
            return try await body(wayOutMount)
        } catch {
            throw StoreError(error.kind, error.message, log: error.log + refused.lines, places: error.places, obstacle: error.obstacle)
        }
    }

    /// Runs what reads channels and fetches packages. It runs nothing of them, but recipes and locks say what it asks for:
    /// without a network of its own it reaches public addresses, and what administrators have chosen.
    func runOnChannels(
        _ verb: String, _ request: BuilderRequest, as phase: BuildProgress.Phase = .solving, solving: (Wanted, Target)? = nil,
        purpose: String? = nil
    ) async throws(StoreError) -> BuilderOutcome {
        let (mounts, network) = accessToChannels
        guard network == nil else {
            return try await run(
                verb, request, uid: settings.builderUID, mounts: mounts, network: network, solving: solving, purpose: purpose)
        }
        var request = request
        request.egress = Self.wayOut
        let wanted = request
        return try await withWayOut(for: settings.builderUID, as: phase, \.rulesForChannels) { (_) async throws(StoreError) in
            try await run(verb, wanted, uid: settings.builderUID, mounts: mounts, network: nil, solving: solving, purpose: purpose)
        }
    }

    /// The container that ``runOnChannels(_:_:as:solving:purpose:)`` would run `verb` in, for a request that comes later.
    func jobOnChannels(_ verb: String, purpose: String) -> BuildJob {
        let (mounts, network) = accessToChannels
        return job(verb, uid: settings.builderUID, mounts: mounts, network: network, purpose: purpose, waits: true)
    }

    private var accessToChannels: (mounts: [BuildJob.Mount], network: String?) {
        settings.network == "none" ? ([workMount, wayOutMount], nil) : ([workMount], settings.network)
    }
}

/// What was refused in one run, in the order in which it was asked for.
private final class RefusedHosts: Sendable {
    private let all = Mutex<[EgressRefusal]>([])

    func note(_ refusal: EgressRefusal) { all.withLock { $0.append(refusal) } }
    var lines: [String] { all.withLock { $0.map(\.description) } }
}
