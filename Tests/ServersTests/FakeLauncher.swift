import Foundation
import LauncherProtocol
import Secrets
import Synchronization

/// A launcher that a test directs: calls wait until the test answers them.
final class FakeLauncher: LauncherCalling {
    private struct State {
        var starts: [Waiting<StartServer>] = []
        var stops: [Waiting<StopServer>] = []
        var watch: Waiting<WatchServers>?
        var log: [String] = []
    }

    struct Waiting<Call: LauncherCall>: Sendable {
        let call: Call
        let progress: @Sendable (Call.Progress) -> Void
        let answer: @Sendable (Result<Call.Outcome, LauncherError>) -> Void
    }

    private let state = Mutex(State())
    private let (arrivals, arrived) = AsyncStream.makeStream(of: String.self)

    func setLog(_ lines: [String]) { state.withLock { $0.log = lines } }

    func call<Call: LauncherCall>(
        _ call: Call, secrets: [Secret], progress: @escaping @Sendable (Call.Progress) -> Void
    ) async throws(LauncherError) -> Call.Outcome {
        if call is ReadServerLog, let lines = state.withLock({ $0.log }) as? Call.Outcome { return lines }
        let box = Mutex<CheckedContinuation<Result<Call.Outcome, LauncherError>, Never>?>(nil)
        let answer: @Sendable (Result<Call.Outcome, LauncherError>) -> Void = { result in
            box.withLock { continuation in
                defer { continuation = nil }
                return continuation
            }?.resume(returning: result)
        }
        let result: Result<Call.Outcome, LauncherError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                box.withLock { $0 = continuation }
                let waiting = Waiting(call: call, progress: progress, answer: answer)
                state.withLock { state in
                    if let start = waiting as? Waiting<StartServer> { state.starts.append(start) }
                    if let stop = waiting as? Waiting<StopServer> { state.stops.append(stop) }
                    if let watch = waiting as? Waiting<WatchServers> { state.watch = watch }
                }
                arrived.yield(Call.name)
            }
        } onCancel: {
            answer(.failure(LauncherError(.unavailable, "given up")))
        }
        return try result.get()
    }

    /// Waits for the next call, which must be `name`.
    func next(_ name: String) async -> Bool {
        for await arrival in arrivals { return arrival == name }
        return false
    }

    func start() throws -> Waiting<StartServer> { try state.withLock { try pop(&$0.starts) } }
    func stop() throws -> Waiting<StopServer> { try state.withLock { try pop(&$0.stops) } }
    func watch() throws -> Waiting<WatchServers> {
        guard let watch = state.withLock({ $0.watch }) else { throw Missing() }
        return watch
    }

    private struct Missing: Error {}
    private func pop<Element>(_ list: inout [Element]) throws -> Element {
        guard !list.isEmpty else { throw Missing() }
        return list.removeFirst()
    }
}
