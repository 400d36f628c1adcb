import LauncherProtocol
import Servers

extension HubServices {
    /// What the pages show of the servers that have to be restarted to see what became of their environment: each with a
    /// button. Nobody is asked where nothing of theirs runs.
    ///
    /// - Parameter environment: Only those with this one; nil for all.
    func outdatedServers(of account: String, with environment: String? = nil) async -> [[String: Any]] {
        guard servers.statuses(of: account).contains(where: { $0.ready?.environment != nil }) else { return [] }
        let found = (try? await launcher.call(ListOutdatedServers(account: account, environment: environment))) ?? []
        return found.filter { servers.status(of: $0.id).ready != nil }.map {
            ["server": $0.id.name, "text": texts($0.sentence), "restart": "/hub/restart/" + ServerPaths.suffix($0.id)]
        }
    }
}
