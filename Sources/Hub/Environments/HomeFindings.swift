import Foundation
import LauncherProtocol
import Synchronization

/// What was found in people's home directories: looking takes a while, so the home page shows what is known
/// and has the rest looked up meanwhile.
final class HomeFindings: Sendable {
    private let launcher: any LauncherCalling
    private let known = Mutex<[String: Known]>([:])

    private struct Known {
        var found: [HomeEnvironment]
        var since: ContinuousClock.Instant
    }

    private enum Bound {
        /// How long an answer is good enough for the home page.
        static let age = Duration.seconds(600)
        static let accounts = 1000
    }

    init(launcher: any LauncherCalling) { self.launcher = launcher }

    /// What is known of an account, without waiting.
    func known(of account: String) -> [HomeEnvironment] {
        let (found, isStale) = known.withLock { known in
            let entry = known[account]
            let isStale = entry.map { $0.since.duration(to: .now) > Bound.age } ?? true
            // Nobody looks twice at the same time.
            if isStale { known[account] = Known(found: entry?.found ?? [], since: .now) }
            if known.count > Bound.accounts, let oldest = known.min(by: { $0.value.since < $1.value.since }) { known[oldest.key] = nil }
            return (entry?.found ?? [], isStale)
        }
        if isStale { Task { _ = try? await look(of: account) } }
        return found
    }

    /// Looks now.
    func look(of account: String) async throws(LauncherError) -> [HomeEnvironment] {
        let found = try await launcher.call(FindHomeEnvironments(account: account))
        known.withLock { $0[account] = Known(found: found, since: .now) }
        return found
    }
}
