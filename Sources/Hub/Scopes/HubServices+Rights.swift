import Accounts
import Hummingbird
import LauncherProtocol

extension HubServices {
    /// What an API request may do; refused where nobody makes it. A change by cookie needs the session's mark.
    func rights(_ request: Request, _ context: HubContext) throws(HubError) -> Rights {
        rights(of: try identified(request, context))
    }

    /// What somebody may do by themselves, without a token in between.
    func rights(ofAccount account: String) -> Rights {
        let standing = accounts.standing
        return Rights(account: account, granted: roles.scopes(of: account, standing), scopes: nil, members: standing.members)
    }

    func rights(of identity: HubContext.Identity) -> Rights {
        let standing = accounts.standing
        switch identity.proof {
        case .session: return rights(ofAccount: identity.account)
        case .token(let token):
            return Rights(
                account: identity.account, granted: roles.scopes(of: identity.account, standing),
                scopes: token.scopes.compactMap { Scope($0) }, members: standing.members)
        case .service(let name):
            return Rights(
                account: identity.account, granted: roles.scopes(ofService: name), scopes: nil, members: standing.members)
        case .server(let id):
            return Rights(
                account: identity.account, granted: roles.scopes(of: identity.account, standing), scopes: Roles.scopes(ofServer: id),
                members: standing.members)
        }
    }

    /// The servers that somebody may go into.
    func reach(of identity: HubContext.Identity) -> Reach {
        let standing = accounts.standing
        return switch identity.proof {
        case .session(let session): roles.reach(of: identity.account, session: session.id, accounts.liveOpenings, standing)
        case .token(let token): roles.reach(of: token, standing)
        case .service(let name): roles.reach(ofService: name, standing)
        case .server(let id): Reach(Roles.scopes(ofServer: id), of: identity.account, members: standing.members)
        }
    }
}
