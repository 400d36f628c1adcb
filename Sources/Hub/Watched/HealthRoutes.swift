import Accounts
import Hummingbird
import LauncherProtocol

/// `/hub/health`: the gateway lives. `/hub/health/ready`: it can do its work, or why not.
struct HealthRoutes {
    let hub: HubServices

    private enum Bound {
        static let patience = Duration.seconds(3)
        /// Anybody may ask; what the answer costs is paid no more often than this.
        static let age = Duration.seconds(2)
    }

    func add(to router: RouterGroup<HubContext>) {
        let judgement = Judgement(hub: hub)
        router.get("health") { _, _ in Response.json(["status": "ok"]) }
        router.get("health/ready") { _, _ in
            let reasons = await judgement.reasons
            return Response.json(
                ["status": reasons.isEmpty ? "ready" : "not ready", "reasons": .array(reasons.map { .string($0) })],
                status: reasons.isEmpty ? .ok : .serviceUnavailable)
        }
    }

    /// What stands in the way, remembered for a moment.
    private actor Judgement {
        private let hub: HubServices
        private var last: (time: ContinuousClock.Instant, task: Task<[String], Never>)?

        init(hub: HubServices) { self.hub = hub }

        var reasons: [String] {
            get async {
                if let last, last.time.duration(to: .now) < Bound.age { return await last.task.value }
                let task = Task { [hub] in await Self.judge(hub) }
                last = (.now, task)
                return await task.value
            }
        }

        private static func judge(_ hub: HubServices) async -> [String] {
            async let launcher = reason("The launcher") {
                do throws(LauncherError) {
                    _ = try await hub.launcher.call(ListServers())
                    return nil
                } catch { return "The launcher or the container engine does not answer: \(error.message)" }
            }
            async let database = reason("The database") {
                do throws(AccountsError) {
                    try await hub.accounts.checkWritable()
                    return nil
                } catch { return "The database can't be written: \(error.reason)" }
            }
            return await [launcher, database].compactMap { $0 }
        }

        /// What `check` says, or that it says nothing in time.
        private static func reason(_ subject: String, _ check: @escaping @Sendable () async -> String?) async -> String? {
            await withTaskGroup(of: String?.self) { group in
                group.addTask(operation: check)
                group.addTask {
                    try? await Task.sleep(for: Bound.patience)
                    return "\(subject) does not answer in time."
                }
                defer { group.cancelAll() }
                return await group.next() ?? nil
            }
        }
    }
}
