/// One scope by JupyterHub's names: what may be done, and to what it is limited
/// (JupyterHub documentation, “Scopes in JupyterHub”).
struct Scope: Hashable, Sendable, CustomStringConvertible {
    /// What a scope is limited to.
    enum Filter: Hashable, Sendable {
        /// `!user`: the owner of the token.
        case owner
        /// `!user=NAME`.
        case user(String)
        /// `!server=NAME/SERVER`; the default server's name is empty.
        case server(String, String)
        /// `!group=NAME`.
        case group(String)
        /// `!service=NAME`.
        case service(String)
    }

    let name: String
    let filter: Filter?

    /// Nil where JupyterHub has no such scope or no such filter.
    init?(_ text: String) {
        let parts = text.split(separator: "!", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let first = parts.first, Self.known.contains(first) else { return nil }
        name = first
        guard parts.count == 2 else {
            filter = nil
            return
        }
        let words = parts[1].split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        switch (words[0], words.count > 1 ? words[1] : nil) {
        case ("user", nil): filter = .owner
        case ("user", let name?) where !name.isEmpty: filter = .user(name)
        case ("group", let name?) where !name.isEmpty: filter = .group(name)
        case ("service", let name?) where !name.isEmpty: filter = .service(name)
        case ("server", let path?):
            let path = path.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard path.count == 2, !path[0].isEmpty else { return nil }
            filter = .server(path[0], path[1])
        default: return nil
        }
    }

    init(_ name: String, _ filter: Filter?) {
        self.name = name
        self.filter = filter
    }

    var description: String {
        switch filter {
        case nil: name
        case .owner: "\(name)!user"
        case .user(let user): "\(name)!user=\(user)"
        case .server(let user, let server): "\(name)!server=\(user)/\(server)"
        case .group(let group): "\(name)!group=\(group)"
        case .service(let service): "\(name)!service=\(service)"
        }
    }

    /// Whether this one brings the scope `other` with it.
    func implies(_ other: String) -> Bool { Self.closure[name]?.contains(other) ?? false }

    /// This one and all that it brings with it, each limited as this one is.
    /// - Parameter account: whose “self” and whose “!user” that is.
    func expanded(for account: String) -> [Scope] {
        let filter = name == "self" || self.filter == .owner ? .user(account) : self.filter
        return (Self.closure[name] ?? []).sorted().map { Scope($0, ["self", "inherit"].contains($0) ? nil : filter) }
    }

    /// What each scope brings with it directly.
    private static let direct: [String: Set<String>] = [
        "admin:users": ["users", "read:roles:users", "delete:users"],
        "users": ["read:users", "list:users", "users:activity"],
        "read:users": ["read:users:name", "read:users:groups", "read:users:activity"],
        "list:users": ["read:users:name"],
        "users:activity": ["read:users:activity"],
        "read:users:groups": ["read:users:name"], "read:users:activity": ["read:users:name"],
        "admin:servers": ["servers", "admin:server_state"],
        "servers": ["start:servers", "delete:servers", "read:servers"],
        "start:servers": ["read:servers"], "delete:servers": [], "read:servers": ["read:users:name"],
        "admin:server_state": [], "delete:users": [], "read:users:name": [],
        "tokens": ["read:tokens"], "read:tokens": [],
        "admin:groups": ["groups", "delete:groups", "read:roles:groups"],
        "groups": ["read:groups", "list:groups"], "read:groups": ["read:groups:name"], "list:groups": ["read:groups:name"],
        "delete:groups": [], "read:groups:name": [],
        "admin:services": ["list:services", "read:services", "read:roles:services"],
        "list:services": ["read:services:name"], "read:services": ["read:services:name"], "read:services:name": [],
        "read:roles": ["read:roles:users", "read:roles:services", "read:roles:groups"], "read:roles:users": [],
        "read:roles:services": [], "read:roles:groups": [],
        "shares": ["access:servers", "read:shares", "users:shares", "groups:shares"], "read:shares": [],
        "users:shares": ["read:users:shares"], "read:users:shares": [],
        "groups:shares": ["read:groups:shares"], "read:groups:shares": [],
        "access:servers": [], "access:services": [], "read:hub": [], "proxy": [], "shutdown": [], "read:metrics": [], "admin-ui": [],
        "self": own, "inherit": [],
    ]

    /// What a person may do with what is theirs.
    static let own: Set<String> = [
        "users", "read:users", "list:users", "users:activity", "servers", "start:servers", "read:servers", "delete:servers", "tokens",
        "read:tokens", "access:servers", "shares", "read:shares", "users:shares", "read:users:shares", "read:roles:users",
    ]

    /// What administrators may do beyond that, with what is anybody's.
    static let ofAdministrators: Set<String> = [
        "admin-ui", "admin:users", "admin:servers", "admin:services", "tokens", "admin:groups", "list:services", "read:services",
        "read:hub", "proxy", "shutdown", "access:servers", "access:services", "read:roles", "read:metrics", "shares",
    ]

    /// Every scope's name.
    static let known = Set(direct.keys)

    /// What each scope brings with it, itself included.
    private static let closure: [String: Set<String>] = Dictionary(
        uniqueKeysWithValues: direct.keys.map { name in
            var all: Set = [name], open = [name]
            while let next = open.popLast() {
                for implied in direct[next] ?? [] where all.insert(implied).inserted { open.append(implied) }
            }
            return (name, all)
        })
}
