/// What the host says about people after they have logged in.
extension Accounts {
    /// Whoever has a session or a token, absent or not.
    public var holders: Set<String> {
        live.withLock { Set($0.sessions.values.map(\.account)).union($0.tokens.values.map(\.account)) }
    }

    /// Accounts that the host has no longer, or that may not use Berth any more. Their sessions and tokens open
    /// nothing for as long as that is so, and are not lost: a name service may be wrong for a moment.
    public var absent: Set<String> {
        get { live.withLock { $0.absent } }
        set {
            let isChange = live.withLock { grants in
                defer { grants.absent = newValue }
                return grants.absent != newValue
            }
            if isChange { announce() }
        }
    }

    /// Notes whether a person is an administrator by a group of the host; true where that is new.
    public func noteGroups(of name: String, admin: Bool) async throws(AccountsError) -> Bool {
        guard let user = try await user(named: name), user.isAdminByGroup != admin else { return false }
        try await change("note what the host says") { database in
            try database.execute(sql: "UPDATE user SET admin = ? WHERE name = ?", arguments: [admin, name])
        }
        return true
    }
}
