import Foundation
import LauncherProtocol
import Logging
import Store

/// Removes from the store what nothing needs: for whoever asks, and by itself.
struct GarbageCollection: Sendable {
    let store: Store
    /// The identities of the builds that servers have mounted.
    let inUse: @Sendable () async throws(LauncherError) -> Set<String>

    func collect(dryRun: Bool) async throws(LauncherError) -> CollectGarbage.Outcome {
        let names = try await ownerNames(in: store)
        return try await inStore { () async throws(StoreError) in
            try await store.collectGarbage(inUse: try await inUse(), names: names, dryRun: dryRun)
        }
    }

    /// Collects once every `interval` seconds, until the task is cancelled.
    func run(every interval: Double, telling elsewhere: Elsewhere, logger: Logger) async {
        await Rounds(interval: interval, last: { store.lastCollection }).run {
            do throws(LauncherError) {
                let outcome = try await collect(dryRun: false)
                logger.notice(
                    "Removed what nothing needs",
                    metadata: [
                        "builds": "\(outcome.builds.count)", "packages": "\(outcome.packages.count)",
                        "wheels": "\(outcome.wheels.count)",
                        "environments": "\(outcome.environments.count)", "bytes": "\(outcome.freed)", "layers": "\(outcome.layers)",
                        "layer-bytes": "\(outcome.layerBytes)",
                    ])
                elsewhere.decidedByItself(.collect(outcome))
            } catch {
                logger.error("What nothing needs could not be removed", metadata: ["reason": "\(error)"])
            }
        }
    }
}

/// Something that is done once an interval, however often the launcher is started meanwhile.
struct Rounds: Sendable {
    /// Seconds.
    let interval: Double
    /// When it was done last, by whomever, in seconds since 1970.
    let last: @Sendable () -> Double
    var now: @Sendable () -> Double = { Date().timeIntervalSince1970 }
    var sleep: @Sendable (_ seconds: Double) async throws -> Void = { try await Task.sleep(for: .seconds($0)) }

    /// Until the task is cancelled.
    func run(_ work: () async -> Void) async {
        var due = next
        while (try? await sleep(max(0, due - now()))) != nil {
            // Somebody may have done it meanwhile.
            due = next
            guard due <= now() else { continue }
            await work()
            // Also where it failed.
            due = now() + interval
        }
    }

    /// A clock that was set back holds nothing up.
    private var next: Double { min(last(), now()) + interval }
}
