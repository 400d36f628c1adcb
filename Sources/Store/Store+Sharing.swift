import Environments
import LauncherProtocol

/// Environments that somebody else owns.
extension Store {
    /// The most that an account may do with the environment `name` of `owner`; nil for nothing, also where
    /// there is no such environment.
    public func right(of account: Account, on name: String, of owner: Account) async throws(StoreError) -> EnvironmentRight? {
        let checkedName = try checked(name)
        return try await offPool { [self] () throws(StoreError) in
            guard try repositories.names(for: owner.uid).contains(where: { $0.text == checkedName.text }) else { return nil }
            return try sharing.right(
                of: Sharing.Person(account), on: checkedName, owner: owner.uid, reference: "\(owner.name)/\(checkedName)")
        }
    }

    public func grants(of name: String, for uid: UInt32) async throws(StoreError) -> [EnvironmentGrant] {
        let name = try checked(name)
        return try await offPool { [self] () throws(StoreError) in try sharing.grants(of: name, for: uid) }
    }

    /// Sets, changes or, where `right` is nil, takes back one grant.
    public func share(
        _ name: String, of uid: UInt32, with to: String, as right: EnvironmentRight?
    ) async throws(StoreError) -> [EnvironmentGrant] {
        let name = try checked(name)
        return try await turns.take("\(uid)/\(name)") { () async throws(StoreError) in
            try await offPool { [self] () throws(StoreError) in
                _ = try repositories.current(name, for: uid)
                return try sharing.set(right, to: to, on: name, of: uid)
            }
        }
    }

    public func assignments() async throws(StoreError) -> [EnvironmentAssignment] {
        try await offPool { [self] () throws(StoreError) in try sharing.assignments() }
    }

    /// Sets or takes back one assignment; the environment is looked for before it is set.
    public func assign(
        _ assignment: EnvironmentAssignment, name: String, of uid: UInt32, isTakenBack: Bool
    ) async throws(StoreError) -> [EnvironmentAssignment] {
        let name = try checked(name)
        return try await turns.take("assignments") { () async throws(StoreError) in
            try await offPool { [self] () throws(StoreError) in
                if !isTakenBack {
                    if let version = assignment.version {
                        _ = try repositories.version(version, of: name, for: uid)
                    } else {
                        _ = try repositories.current(name, for: uid)
                    }
                }
                return try sharing.set(assignment, isTakenBack: isTakenBack)
            }
        }
    }

    /// What is given to an account by administrators.
    public func assignments(to account: Account) async throws(StoreError) -> [EnvironmentAssignment] {
        let person = Sharing.Person(account)
        return try await assignments().filter { person.isMeant(by: $0.to) }
    }

    /// The environments of others that are shared with an account: owner's UID and name.
    public func sharedWith(_ account: Account) async throws(StoreError) -> [(owner: UInt32, name: String)] {
        let person = Sharing.Person(account)
        return try await offPool { [self] () throws(StoreError) in
            var found: [(UInt32, String)] = []
            for uid in try repositories.owners() where uid != account.uid {
                for name in try repositories.names(for: uid)
                where try sharing.grants(of: name, for: uid).contains(where: { person.isMeant(by: $0.to) }) {
                    found.append((uid, name.text))
                }
            }
            return found
        }
    }

    /// One environment in short.
    public func summary(of name: String, for uid: UInt32) async throws(StoreError) -> EnvironmentSummary {
        let name = try checked(name)
        return try await offPool { [self] () throws(StoreError) in
            let (version, commit) = try repositories.current(name, for: uid)
            return try summary(of: version, name: name, created: commit.time)
        }
    }
}

extension Sharing.Person {
    init(_ account: Account) {
        self.init(name: account.name, uid: account.uid, groups: Set(account.groups.map(\.name)))
    }
}
