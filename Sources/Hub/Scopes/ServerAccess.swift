import Accounts
import LauncherProtocol
import TLS

/// Which servers every live session and token opens: what the proxy goes by.
public struct ServerAccess: Sendable {
    /// What one session or token opens.
    public struct Grant: Sendable {
        public let account: String
        /// The public identifier of the session or token.
        public let id: String
        public let reach: Reach
    }

    /// By the SHA-256 digest of the cookie's value.
    public private(set) var sessions: [Digest: Grant] = [:]
    /// By the SHA-256 digest of the token.
    public private(set) var tokens: [Digest: Grant] = [:]

    init(_ snapshot: AccountsSnapshot, _ roles: Roles, _ services: Services) {
        for session in snapshot.sessions {
            sessions[session.digest] = Grant(
                account: session.account, id: session.id,
                reach: roles.reach(of: session.account, session: session.id, snapshot.openings, snapshot.standing))
        }
        for live in snapshot.tokens {
            tokens[live.digest] = Grant(
                account: live.token.account, id: live.token.id, reach: roles.reach(of: live.token, snapshot.standing))
        }
        for (digest, service) in services.byToken {
            tokens[digest] = Grant(
                account: Services.account(of: service), id: Services.account(of: service),
                reach: roles.reach(ofService: service, snapshot.standing))
        }
    }
}

extension Roles {
    /// Their own servers, those that roles and shares open, and those that this very browser was let into.
    func reach(of account: String, session: String, _ openings: [Opening], _ standing: Standing) -> Reach {
        var reach = usualReach(of: account, standing)
        for opening in openings where opening.session == session {
            reach.add(ServerID(owner: opening.owner, name: opening.server))
        }
        return reach
    }

    /// What a token says, as far as its owner may.
    func reach(of token: Token, _ standing: Standing) -> Reach {
        let scopes = token.scopes.compactMap { Scope($0) }
        let said = Reach(scopes, of: token.account, members: standing.members)
        let owners = Reach(self.scopes(of: token.account, standing), of: token.account, members: standing.members)
        let explicit = said.intersection(owners)
        return scopes.contains { $0.name == "inherit" } ? explicit.union(usualReach(of: token.account, standing)) : explicit
    }

    func reach(ofService service: String, _ standing: Standing) -> Reach {
        Reach(scopes(ofService: service), of: Services.account(of: service), members: standing.members)
    }

    private func usualReach(of account: String, _ standing: Standing) -> Reach {
        Reach([Scope("self", nil)] + standingAccess(of: account, standing), of: account, members: standing.members)
    }
}
