/// What a request may do: what its owner may, and where it came with a token, no more than the token says.
struct Rights: Sendable {
    /// What something is done to.
    enum Target: Sendable, Equatable {
        case user(String)
        case server(String, String)
        case group(String)
        case service(String)
        /// The installation as a whole.
        case hub
    }

    /// An account, or a service as ``ServiceName`` has it.
    let account: String
    /// What its roles and what others share give it.
    let granted: [Scope]
    /// The token's scopes; nil for a browser's session, which may do all that its owner may.
    let scopes: [Scope]?
    /// The members of the groups of Berth's own.
    let members: [String: Set<String>]

    /// Whether the scope `name` is given for `target`.
    func allow(_ name: String, on target: Target) -> Bool {
        granted.contains { $0.implies(name) && covers($0, target) } && tokenMay(name, target)
    }

    /// Whether the scope `name` is given for anything at all.
    func have(_ name: String) -> Bool {
        guard granted.contains(where: { $0.implies(name) }) else { return false }
        guard let scopes else { return true }
        return scopes.contains { $0.name == "inherit" || $0.implies(name) }
    }

    /// Whether all that `scope` says is given: without a limit for one that has none, else within its limit.
    func allow(_ scope: Scope) -> Bool {
        switch scope.filter {
        case nil: allow(scope.name, on: .hub)
        case .owner: allow(scope.name, on: .user(account))
        case .user(let user): allow(scope.name, on: .user(user))
        case .server(let owner, let server): allow(scope.name, on: .server(owner, server))
        case .group(let group):
            allow(scope.name, on: .group(group))
                || (members[group] ?? []).allSatisfy { allow(scope.name, on: .user($0)) } && have(scope.name)
        case .service(let service): allow(scope.name, on: .service(service))
        }
    }

    /// Whether a token for `scope` that belongs to `owner` would be good for nothing that this request isn't good for.
    func holds(_ scope: Scope, of owner: String) -> Bool {
        guard have(scope.name) else { return false }
        guard let scopes, !scopes.contains(where: { $0.name == "inherit" }) else { return true }
        guard let filter = scope.filter else {
            return scopes.contains { $0.name != "self" && $0.filter == nil && $0.implies(scope.name) }
        }
        return allow(Scope(scope.name, filter == .owner ? .user(owner) : filter))
    }

    private func tokenMay(_ name: String, _ target: Target) -> Bool {
        guard let scopes else { return true }
        return scopes.contains { $0.name == "inherit" || ($0.implies(name) && covers($0, target)) }
    }

    private func covers(_ scope: Scope, _ target: Target) -> Bool {
        // “self” is about what is the owner's.
        guard let filter = scope.name == "self" ? .owner : scope.filter else { return true }
        switch (filter, target) {
        case (.owner, .user(let user)), (.owner, .server(let user, _)): return user == account
        case (.user(let name), .user(let user)), (.user(let name), .server(let user, _)): return user == name
        case (.server(let owner, let server), .server(let user, let name)): return owner == user && server == name
        case (.group(let group), .user(let user)), (.group(let group), .server(let user, _)):
            return members[group]?.contains(user) ?? false
        case (.group(let group), .group(let name)): return group == name
        case (.service(let service), .service(let name)): return service == name
        default: return false
        }
    }

    /// Refuses as JupyterHub does: 403 where the scope is missing, 404 where it is not for this target,
    /// so that nobody learns who there is.
    func require(_ name: String, on target: Target) throws(HubError) {
        try require(name)
        guard allow(name, on: target) else { throw .notFound }
    }

    /// Refuses where the scope is not given for anything at all.
    func require(_ name: String) throws(HubError) {
        guard have(name) else {
            throw HubError(.forbidden, "Action is not authorized with current scopes; requires any of [\(name)]")
        }
    }
}

extension Rights {
    /// The scopes that count, and all that they bring with them, as JupyterHub's clients look for them.
    var effective: [String] {
        let said = scopes ?? granted
        // JupyterHub's own package does not know a limit without a name.
        let raw = said.flatMap { $0.name == "inherit" ? granted : [$0] }.map { scope in
            scope.filter == .owner ? Scope(scope.name, .user(account)) : scope
        }
        var seen: Set<String> = []
        return (raw + raw.flatMap { $0.expanded(for: account) }.filter(allow)).map(\.description).filter { seen.insert($0).inserted }
    }

    /// The fields of JupyterHub's model of a user that each scope opens.
    private static let fields: [(scope: String, fields: Set<String>)] = [
        ("read:users:name", ["kind", "name", "admin"]), ("read:users:groups", ["groups"]), ("read:users:activity", ["last_activity"]),
        ("read:users", ["roles", "server", "pending", "created"]), ("read:servers", ["servers"]), ("read:roles:users", ["roles"]),
    ]

    /// Whether a field of a user's model may be read.
    func mayRead(_ field: String, of user: String) -> Bool {
        Self.fields.contains { $0.fields.contains(field) && allow($0.scope, on: .user(user)) }
    }
}
