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

    /// Gives an environment to people, where it is there and the version is built.
    public func assign(
        _ assignment: EnvironmentAssignment, name: String, of uid: UInt32
    ) async throws(StoreError) -> [EnvironmentAssignment] {
        let name = try checked(name)
        return try await turns.take(Self.assignmentsTurn) { () async throws(StoreError) in
            try await offPool { [self] () throws(StoreError) in
                guard let text = assignment.version else {
                    _ = try repositories.current(name, for: uid)
                    return try sharing.set(assignment)
                }
                let (version, commit) = try repositories.version(text, of: name, for: uid)
                guard layout.hasBuild(try version.build) else {
                    throw StoreError(
                        .failed,
                        "The version \(commit.id.prefix(12)) of “\(name)” is not built any more. Roll the environment back to it, which builds it again; then assign it."
                    )
                }
                return try sharing.set(assignment)
            }
        }
    }

    /// Takes an assignment back, whatever became of the environment and its owner.
    ///
    /// - Parameter environment: `OWNER/NAME`, as the assignment has it.
    public func takeBack(_ environment: String, from to: String) async throws(StoreError) -> [EnvironmentAssignment] {
        try await turns.take(Self.assignmentsTurn) { () async throws(StoreError) in
            try await offPool { [self] () throws(StoreError) in try sharing.takeBack(environment, from: to) }
        }
    }

    /// One change at a time of the file that all assignments are in.
    static let assignmentsTurn = "assignments"

    /// What is given to an account by administrators.
    public func assigned(to account: Account) async throws(StoreError) -> Assigned {
        Assigned(try await assignments(), to: Sharing.Person(account))
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
