import Accounts
import LauncherProtocol
import Servers

/// What the home page shows of somebody else's server that its owner lets one into.
struct SharedServerView {
    let values: [String: Any]

    /// - Parameter isOwn: shared with the person themselves, and not only with a group of theirs.
    init(_ texts: TextCatalog, _ status: ServerStatus, isOwn: Bool) {
        let server = ServerView(texts, status).values
        values = [
            "title": texts("sharing", "of", ["owner": status.id.owner, "server": server["title"] as? String ?? status.id.name]),
            "owner": status.id.owner, "server": status.id.name, "leaves": isOwn,
        ].merging(server.filter { ["state", "tone", "ready", "open", "since", "sinceAt"].contains($0.key) }) { $1 }
    }
}

extension HubServices {
    /// Others' servers that `account` may go into because they are shared, by owner and name.
    func sharedServers(with account: String) -> [[String: Any]] {
        guard configuration.hub.sharing else { return [] }
        var own: [ServerID: Bool] = [:]
        for share in accounts.standing.shares(with: .user(account)) {
            let id = ServerID(owner: share.owner, name: share.server)
            guard id.owner != account, share.scopes.contains(where: { Scope($0)?.name == "access:servers" }) else { continue }
            own[id] = own[id] == true || share.recipient == .user(account)
        }
        return own.sorted { ($0.key.owner, $0.key.name) < ($1.key.owner, $1.key.name) }.map { id, isOwn in
            SharedServerView(texts, servers.status(of: id), isOwn: isOwn).values
        }
    }
}
