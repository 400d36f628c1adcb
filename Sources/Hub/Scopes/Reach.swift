import LauncherProtocol

/// The servers that somebody may go into.
public struct Reach: Sendable, Equatable {
    /// Everybody's.
    public private(set) var all = false
    /// All servers of these accounts.
    public private(set) var users: Set<String> = []
    public private(set) var servers: Set<ServerID> = []

    init() {}

    /// What `scopes` of `account` come to.
    init(_ scopes: [Scope], of account: String, members: [String: Set<String>]) {
        for scope in scopes where scope.implies("access:servers") {
            switch scope.name == "self" ? .owner : scope.filter {
            case nil: all = true
            case .owner: users.insert(account)
            case .user(let user): users.insert(user)
            case .group(let group): users.formUnion(members[group] ?? [])
            case .server(let owner, let name): servers.insert(ServerID(owner: owner, name: name))
            case .service: break
            }
        }
    }

    mutating func add(_ server: ServerID) { servers.insert(server) }

    func contains(_ server: ServerID) -> Bool { all || users.contains(server.owner) || servers.contains(server) }

    /// Whether there is any server of `owner` in it.
    func touches(_ owner: String) -> Bool { all || users.contains(owner) || servers.contains { $0.owner == owner } }

    func union(_ other: Reach) -> Reach {
        var union = self
        union.all = all || other.all
        union.users.formUnion(other.users)
        union.servers.formUnion(other.servers)
        return union
    }

    func intersection(_ other: Reach) -> Reach {
        if all { return other }
        if other.all { return self }
        var both = Reach()
        both.users = users.intersection(other.users)
        both.servers = servers.filter(other.contains).union(other.servers.filter(contains))
        return both
    }
}
