/// What a new token may be good for: never more than its owner is, nor than what it is made with.
struct TokenScopes {
    /// What the token's owner may do.
    let owner: Rights
    /// What the one who makes it may do at present.
    let maker: Rights

    /// - Parameter asked: nil where nobody asked for anything: what the maker has, then.
    func granted(_ asked: [String]?) throws(HubError) -> [String] {
        let texts = asked ?? maker.scopes?.map(\.description) ?? ["inherit"]
        for text in texts {
            guard let scope = Scope(text) else {
                throw HubError(.badRequest, "“\(text.prefix(80))” is no scope. JupyterHub's documentation lists them.")
            }
            let isWhole = ["self", "inherit"].contains(scope.name)
            guard isWhole || (owner.have(scope.name) && maker.holds(scope, of: owner.account)) else {
                throw HubError(.forbidden, "Not assigning requested scope \(text.prefix(80)), which the token's owner does not have.")
            }
            // A token for something alone must not make one for everything.
            if isWhole, let own = maker.scopes, !own.contains(where: { $0.name == scope.name || $0.name == "inherit" }) {
                throw HubError(.forbidden, "Not assigning requested scope \(text.prefix(80)), which this token does not have.")
            }
        }
        return texts
    }
}
