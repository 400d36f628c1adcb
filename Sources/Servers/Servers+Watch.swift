import Foundation
import LauncherProtocol
import Synchronization

extension Servers {
    /// Follows what the launcher reports until the task is cancelled, and begins anew after the
    /// launcher was restarted.
    public func run() async {
        while !Task.isCancelled {
            let watch = Watch()
            do throws(LauncherError) {
                _ = try await launcher.call(WatchServers()) { [weak self] change in self?.take(change, watch) }
                logger.info("The launcher ended its reports of servers; asking again.")
            } catch {
                if !Task.isCancelled { logger.warning("The launcher reports no servers: \(error.message)") }
            }
            // A restart takes a moment; servers run on in the meantime.
            try? await Task.sleep(for: .milliseconds(500))
        }
    }

    /// Waits until the launcher has reported every server there is and each of them has answered
    /// or failed, but no longer than `seconds`. A gateway that serves before would tell people
    /// that their running servers are stopped.
    public func settled(within seconds: Double) async {
        await settlement.wait(seconds: seconds)
        let adopting = entries.withLock { entries in
            entries.values.compactMap { entry in if case .starting = entry.life.state { entry.history.follow() } else { nil } }
        }
        guard !adopting.isEmpty else { return }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for stream in adopting { for await _ in stream {} } }
            group.addTask { try? await Task.sleep(for: .seconds(seconds)) }
            await group.next()
            group.cancelAll()
        }
    }

    /// What one watch has reported so far.
    private final class Watch: Sendable {
        let reported = Mutex<Set<ServerID>?>([])
    }

    private func take(_ change: ServerChange, _ watch: Watch) {
        switch change {
        case .running(let record):
            watch.reported.withLock { _ = $0?.insert(record.id) }
            handle(.containerRuns(record), for: record.id)
        case .exited(let id, let reason, let log, let cause):
            watch.reported.withLock { _ = $0?.insert(id) }
            handle(.exited(ServerFailure(reason: reason, log: log, cause: cause)), for: id)
        case .removed(let id):
            handle(.removed, for: id)
        case .settled:
            guard
                let reported = watch.reported.withLock({ reported in
                    defer { reported = nil }
                    return reported
                })
            else { return }
            // What went while nobody watched was reported by nobody.
            for id in entries.withLock({ Array($0.keys) }) where !reported.contains(id) {
                if case .stopping = status(of: id).state { continue }
                handle(.removed, for: id)
            }
            settlement.reach()
        }
    }
}

/// A point that is reached once, and that several may wait for.
final class Settlement: Sendable {
    private let history = EventHistory<Void>()

    func reach() { history.tell((), last: true) }

    func wait(seconds: Double) async {
        let stream = history.follow()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for await _ in stream {} }
            group.addTask { try? await Task.sleep(for: .seconds(seconds)) }
            await group.next()
            group.cancelAll()
        }
    }
}
