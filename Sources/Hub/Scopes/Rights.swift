/// What a request may do: what its owner may, and where it came with a token, no more than the token says.
struct Rights: Sendable {
    /// What something is done to.
    enum Target: Sendable, Equatable {
        case user(String)
        case server(String, String)
        case group(String)
        /// The installation as a whole.
        case hub
    }

    let account: String
    let isAdministrator: Bool
    /// The token's scopes; nil for a browser's session, which may do all that its owner may.
    let scopes: [Scope]?
    /// The members of the groups that scopes name.
    let members: [String: Set<String>]

    /// Whether the scope `name` is given for `target`.
    func allow(_ name: String, on target: Target) -> Bool { ownerMay(name, target) && tokenMay(name, target) }

    /// Whether the scope `name` is given for anything at all.
    func have(_ name: String) -> Bool {
        guard Scope.ownNames.contains(name) || (isAdministrator && Scope.administratorNames.contains(name)) else { return false }
        guard let scopes else { return true }
        return scopes.contains { $0.name == "inherit" || $0.implies(name) }
    }

    private func ownerMay(_ name: String, _ target: Target) -> Bool {
        if isAdministrator, Scope.administratorNames.contains(name) { return true }
        guard Scope.ownNames.contains(name) else { return false }
        switch target {
        case .user(let user), .server(let user, _): return user == account
        case .group, .hub: return false
        }
    }

    private func tokenMay(_ name: String, _ target: Target) -> Bool {
        guard let scopes else { return true }
        return scopes.contains { scope in
            if scope.name == "inherit" { return true }
            guard scope.implies(name) else { return false }
            // “self” is about what is the owner's.
            return covers(scope.name == "self" ? .owner : scope.filter, target)
        }
    }

    private func covers(_ filter: Scope.Filter?, _ target: Target) -> Bool {
        guard let filter else { return true }
        switch (filter, target) {
        case (.owner, .user(let user)), (.owner, .server(let user, _)): return user == account
        case (.user(let name), .user(let user)), (.user(let name), .server(let user, _)): return user == name
        case (.server(let owner, let server), .server(let user, let name)): return owner == user && server == name
        case (.group(let group), .user(let user)), (.group(let group), .server(let user, _)):
            return members[group]?.contains(user) ?? false
        case (.group(let group), .group(let name)): return group == name
        default: return false
        }
    }

    /// Refuses as JupyterHub does: 403 where the scope is missing, 404 where it is not for this target,
    /// so that nobody learns who there is.
    func require(_ name: String, on target: Target) throws(HubError) {
        guard have(name) else {
            throw HubError(.forbidden, "Action is not authorized with current scopes; requires any of [\(name)]")
        }
        guard allow(name, on: target) else { throw .notFound }
    }
}

extension Scope {
    /// Everything that people's own scopes come to.
    static let ownNames = names(of: own)
    /// Everything that administrators' scopes come to.
    static let administratorNames = names(of: ofAdministrators)

    private static func names(of scopes: Set<String>) -> Set<String> {
        Set(known.filter { name in scopes.contains { Scope($0)?.implies(name) ?? false } })
    }
}
