import Reactor

/// One loop's view of a session or a token: who comes with it, and what it opens.
final class Visitor {
    enum Kind: Equatable {
        case session(SessionGrant)
        case token(TokenGrant)
    }

    let kind: Kind
    let account: [UInt8]
    /// No longer published; what it opened is closed.
    var isRevoked = false
    private var isNoted = false

    init(_ kind: Kind) {
        self.kind = kind
        account =
            switch kind {
            case .session(let grant): Array(grant.account.utf8)
            case .token(let grant): Array(grant.account.utf8)
            }
    }

    var proof: Access.Proof { if case .session = kind { .cookie } else { .token } }

    /// The account as text, for logs.
    var name: String { String(decoding: account, as: UTF8.self) }

    /// Whether the servers of `owner`, and of them the one named `server`, are open to this visitor.
    func opens(owner: ByteView, server: Target?) -> Bool {
        let isOwn = account.withUnsafeBytes { ByteView($0).equals(owner) }
        guard case .token(let grant) = kind else { return isOwn }
        switch grant.servers {
        case .none: return false
        case .own: return isOwn
        case .only(let keys):
            guard case .server(let key, _)? = server?.place else {
                // Where no server runs, whoever may use one of the owner's may know that.
                return keys.contains { key in key.owner.utf8.elementsEqual(owner.raw) }
            }
            return keys.contains(key)
        case .all: return true
        }
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
