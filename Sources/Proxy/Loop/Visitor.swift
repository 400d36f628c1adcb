import Reactor

/// One loop's view of a session or a token: who comes with it, and what it opens.
final class Visitor {
    enum Kind: Equatable {
        case session(SessionGrant)
        case token(TokenGrant)
    }

    private(set) var kind: Kind
    let account: [UInt8]
    /// No longer published; what it opened is closed.
    var isRevoked = false
    private var isNoted = false

    init(_ kind: Kind) {
        self.kind = kind
        account = Array(kind.accountName.utf8)
    }

    var proof: Access.Proof { if case .session = kind { .cookie } else { .token } }

    /// The account as text, for logs.
    var name: String { kind.accountName }

    /// Takes over what the same session or token of the same account opens now.
    func become(_ kind: Kind) { self.kind = kind }

    func isOwner(_ owner: ByteView) -> Bool { account.withUnsafeBytes { ByteView($0).equals(owner) } }

    /// Whether the servers of `owner`, and of them the one named `server`, are open to this visitor.
    func opens(owner: ByteView, server: Target?) -> Bool {
        let reach = kind.reach
        if reach.all || (reach.own && isOwner(owner)) { return true }
        guard !reach.users.isEmpty || !reach.servers.isEmpty else { return false }
        if case .server(let key, _)? = server?.place { return reach.servers.contains(key) || reach.users.contains(key.owner) }
        // Where no server runs, whoever may use one of the owner's may know that.
        let owner = String(decoding: owner.raw, as: UTF8.self)
        return reach.users.contains(owner) || reach.servers.contains { $0.owner == owner }
    }

    /// Whether this server is open to the visitor.
    func opens(_ key: ServerKey) -> Bool {
        let reach = kind.reach
        return reach.all || (reach.own && key.owner == kind.accountName) || reach.users.contains(key.owner) || reach.servers.contains(key)
    }

    /// There was traffic.
    func note(in worker: Worker) {
        guard !isNoted else { return }
        isNoted = true
        worker.activity.note(self)
    }

    /// The report with this visitor is on its way; the next traffic makes another.
    func forgetNote() { isNoted = false }
}

extension Visitor.Kind {
    var accountName: String {
        switch self {
        case .session(let grant): grant.account
        case .token(let grant): grant.account
        }
    }

    var reach: ServerReach {
        switch self {
        case .session(let grant): grant.servers
        case .token(let grant): grant.servers
        }
    }

    /// The public identifier.
    var credential: String {
        switch self {
        case .session(let grant): grant.session
        case .token(let grant): grant.token
        }
    }
}
