import Accounts
import LauncherProtocol

/// What a server can be started with.
struct ServerChoices {
    let hub: HubServices

    /// What is offered to somebody.
    private struct Offer {
        let profiles: [ProfileSummary]
        let environments: FindEnvironments.Outcome
        /// What the server was last started with, where that is still offered.
        let last: ServerChoice?
    }

    /// What there is nothing to ask about: the last choice while it still exists, or the only one
    /// there is. Nil where the person has to choose.
    func obvious(for id: ServerID) async -> ServerChoice? {
        guard let offer = await offer(for: id) else { return nil }
        if let last = offer.last { return last }
        guard offer.profiles.count == 1, offer.environments.names.count <= 1 else { return nil }
        return ServerChoice(profile: offer.profiles.first?.name, environment: offer.environments.names.first)
    }

    /// What a start gets where nobody chose and nobody can be asked: the last choice, else the first profile and
    /// the environment that administrators prefer, or the only one there is.
    func unasked(for id: ServerID) async -> ServerChoice {
        guard let offer = await offer(for: id) else { return ServerChoice(profile: nil, environment: nil) }
        return offer.last ?? ServerChoice(profile: offer.profiles.first?.name, environment: offer.environments.preferred)
    }

    /// Nil where the launcher can't be asked.
    private func offer(for id: ServerID) async -> Offer? {
        async let listedProfiles = hub.launcher.call(ListProfiles(account: id.owner))
        async let foundEnvironments = hub.launcher.call(FindEnvironments(account: id.owner, limit: 0))
        guard let profiles = try? await listedProfiles, let environments = try? await foundEnvironments else { return nil }
        let last = (try? await hub.accounts.choice(of: id.owner, server: id.name)) ?? nil
        let isOffered =
            last.map { last in
                (last.profile.map { name in profiles.contains { $0.name == name } } ?? true)
                    && (last.environment.map(environments.names.contains) ?? !environments.isDemanded)
            } ?? false
        return Offer(profiles: profiles, environments: environments, last: isOffered ? last : nil)
    }
}
