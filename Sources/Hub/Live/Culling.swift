import Configuration
import LauncherProtocol
import Servers

/// Stops servers that nobody uses, as configuration says for each profile and each person.
struct Culling {
    let hub: HubServices

    /// Looks again and again until the task is cancelled.
    func run() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(hub.configuration.servers.cull.interval))
            guard !Task.isCancelled else { return }
            await hub.servers.cull(rules: rules) { record, reason in
                hub.trail.note(.serverCulled, on: ServerPaths.suffix(record.id), note: reason.rawValue)
                hub.trail.meters.countCull(reason.rawValue)
                hub.logger.info(
                    "Server stopped", metadata: ["server": "\(ServerPaths.suffix(record.id))", "reason": "\(reason.rawValue)"])
            }
        }
    }

    /// Nil where it is not known what holds for the owner: nobody's server is stopped by mistake.
    @Sendable private func rules(_ record: ServerRecord) async -> CullJudgement.Rules? {
        var groups: Set<String> = []
        if hub.configuration.limits.contains(where: { !$0.groups.isEmpty }) {
            guard let account = try? await hub.launcher.call(LookUpAccount(account: record.id.owner)) else { return nil }
            groups = Set(account.groups.map(\.name))
        }
        let times = hub.configuration.cullTimes(profile: record.profile, account: record.id.owner, groups: groups)
        let cull = hub.configuration.servers.cull
        return CullJudgement.Rules(
            after: times.after, maxAge: times.maxAge, warning: cull.warning, countsConnections: cull.countsConnections)
    }
}
