import Accounts
import Hummingbird

extension HubServices {
    /// What an API request may do; refused where nobody makes it. A change by cookie needs the session's mark.
    func rights(_ request: Request, _ context: HubContext) async throws -> Rights {
        try await rights(of: try identified(request, context))
    }

    /// What a page's visitor may do.
    func rights(of session: Session) async throws -> Rights {
        try await rights(of: .init(account: session.account, proof: .session(session)))
    }

    private func rights(of identity: HubContext.Identity) async throws -> Rights {
        let scopes: [Scope]? =
            switch identity.proof {
            case .session: nil
            case .token(let token): token.scopes.compactMap { Scope($0) }
            }
        let isAdministrator = try await accounts.user(named: identity.account)?.admin ?? false
        var members: [String: Set<String>] = [:]
        for case .group(let group)? in scopes?.map(\.filter) ?? [] {
            members[group] = Set(try await accounts.group(named: group)?.members ?? [])
        }
        return Rights(account: identity.account, isAdministrator: isAdministrator, scopes: scopes, members: members)
    }
}
