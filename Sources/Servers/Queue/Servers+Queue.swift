import LauncherProtocol
import Phrases

extension Servers {
    /// How many starts wait for GPUs.
    public var waitingStarts: Int { waiting.queue.places.count }

    /// Calls `handler` with the starts that wait, in order, whenever they change.
    public func onWaiting(_ handler: @escaping @Sendable ([StartServer]) -> Void) { waiting.onChange(handler) }

    /// Lets starts wait again, in the order in which they waited before a restart.
    public func resume(_ calls: [StartServer]) {
        let calls = calls.filter { status(of: $0.id).state == .stopped }
        for call in calls { waiting.reserve(call) }
        for call in calls { start(call.id, profile: call.profile, environment: call.environment) }
    }

    /// Starts a server; where its GPUs are taken, as soon as its turn comes.
    func startInTurn(_ call: StartServer) async throws(LauncherError) -> ServerRecord {
        // Whoever comes while others wait goes behind them.
        if waiting.queue.isEmpty {
            do throws(LauncherError) { return try await attempt(call) } catch {
                guard error.kind == .exhausted else { throw error }
            }
        }
        let pool = await pool(of: call)
        defer {
            waiting.leave(call.id)
            tellPositions()
            waiting.wake()
        }
        // A server without GPUs takes nothing from those who wait.
        if pool?.isEmpty == true { return try await attempt(call) }
        let turns = waiting.join(call, pool: pool)
        tellPositions()
        // What becomes free without a server's end, such as by a change of the host, is found in time too.
        let clock = Task { [waiting] in
            while !Task.isCancelled {
                try? await Task.sleep(for: .seconds(30))
                waiting.wake()
            }
        }
        defer { clock.cancel() }
        waiting.wake()
        for await _ in turns where waiting.isFirst(call.id) {
            do throws(LauncherError) { return try await attempt(call, isQueued: true) } catch {
                guard error.kind == .exhausted else { throw error }
            }
        }
        throw LauncherError(.unavailable, "The start was given up.")
    }

    /// - Parameter isQueued: one who waits is told the place in the line until there is more to tell than checks.
    private func attempt(_ call: StartServer, isQueued: Bool = false) async throws(LauncherError) -> ServerRecord {
        try await launcher.call(call) { [weak self] progress in
            guard !isQueued || progress.phase != .checking else { return }
            self?.note(progress, of: call.id)
        }
    }

    /// The GPUs that a start could get; nil where that is not known.
    private func pool(of call: StartServer) async -> Set<String>? {
        guard let profiles = try? await launcher.call(ListProfiles(account: call.id.owner)) else { return nil }
        guard let profile = call.profile.map({ name in profiles.first { $0.name == name } }) ?? profiles.first else { return [] }
        guard profile.gpus != nil else { return [] }
        return profile.gpuDevices.isEmpty ? nil : Set(profile.gpuDevices)
    }

    private func tellPositions() {
        let queue = waiting.queue
        for place in queue.places {
            guard let (position, length) = queue.place(of: place.id) else { continue }
            let words: Phrase =
                position == 1
                ? "Waiting for a GPU: you are next" : "Waiting for a GPU: you are number \(position) of \(length) in the queue"
            note(StartProgress(.queued, words), of: place.id)
        }
    }
}
