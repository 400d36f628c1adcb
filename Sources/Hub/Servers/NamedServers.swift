import Accounts
import LauncherProtocol
import Servers

/// The servers that a person has beside the one without a name. One is theirs from its first
/// start on until they remove it, whether it runs or not.
struct NamedServers {
    let hub: HubServices

    /// What each was last started with, by name; the one without a name is the empty one.
    func choices(of account: String) async throws(AccountsError) -> [String: ServerChoice] {
        try await hub.accounts.choices(of: account)
    }

    /// Their names, in order.
    func names(of account: String) async throws(AccountsError) -> [String] {
        let remembered = try await choices(of: account).keys
        let present = hub.servers.statuses(of: account).map(\.id.name)
        return Set(remembered).union(present).filter { !$0.isEmpty }.sorted()
    }

    /// Refuses a new one where the account has as many as it may.
    func admit(_ id: ServerID) async throws {
        let most = hub.configuration.servers.namedLimit
        guard !id.name.isEmpty else { return }
        let names = try await names(of: id.owner)
        guard names.contains(id.name) || names.count < most else {
            throw HubError(
                .forbidden,
                text: most == 0
                    ? hub.texts("server", "noNamed")
                    : hub.texts("server", "tooManyNamed", ["count": "\(most)", "names": names.joined(separator: ", ")]))
        }
    }

    /// Starts it, and remembers with what.
    // Inlined into some callers, it crashes Swift 6.3's optimizer.
    @inline(never)
    func start(_ id: ServerID, with choice: ServerChoice) async throws {
        try await admit(id)
        try await hub.accounts.remember(choice, of: id.owner, server: id.name)
        hub.servers.start(id, profile: choice.profile, environment: choice.environment)
    }

    /// Stops it and forgets it. Files are not touched: all servers of a person share the home directory.
    func remove(_ id: ServerID) async throws {
        try await hub.servers.stop(id)
        try await hub.accounts.forgetChoice(of: id.owner, server: id.name)
        hub.trail.note(.serverRemove, on: ServerPaths.suffix(id))
    }
}
