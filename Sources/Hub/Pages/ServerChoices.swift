import Accounts
import LauncherProtocol

/// What a server can be started with.
struct ServerChoices {
    let hub: HubServices

    /// What there is nothing to ask about: the last choice while it still exists, or the only one
    /// there is. Nil where the person has to choose.
    func obvious(for id: ServerID) async -> ServerChoice? {
        async let listedProfiles = hub.launcher.call(ListProfiles(account: id.owner))
        async let foundEnvironments = hub.launcher.call(FindEnvironments(account: id.owner, limit: 0))
        guard let profiles = try? await listedProfiles, let names = try? await foundEnvironments.names else { return nil }
        if let last = (try? await hub.accounts.choice(of: id.owner, server: id.name)) ?? nil,
            last.profile.map({ name in profiles.contains { $0.name == name } }) ?? true,
            last.environment.map(names.contains) ?? true
        {
            return last
        }
        guard profiles.count == 1, names.count <= 1 else { return nil }
        return ServerChoice(profile: profiles.first?.name, environment: names.first)
    }
}
