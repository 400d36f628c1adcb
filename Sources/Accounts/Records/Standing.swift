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
