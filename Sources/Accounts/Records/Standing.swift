/// Who is what, as every request asks for it.
public struct Standing: Sendable, Equatable {
    /// Account names.
    public var administrators: Set<String> = []
    /// The members of each group of Berth's own that has any.
    public var members: [String: Set<String>] = [:]
    /// Who was let into whose server.
    public var shares: [Share] = []

    public init() {}

    /// The groups of Berth's own that `account` is in.
    public func groups(of account: String) -> Set<String> { Set(members.filter { $0.value.contains(account) }.keys) }
}

extension Standing {
    /// What is given to somebody; to a user by their groups too.
    public func shares(with recipient: Share.Recipient) -> [Share] {
        var recipients: Set<Share.Recipient> = [recipient]
        if case .user(let name) = recipient { recipients.formUnion(groups(of: name).map { .group($0) }) }
        return shares.filter { recipients.contains($0.recipient) }
    }
}
