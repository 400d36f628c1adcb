import Accounts

/// What is done to Berth's own groups, the same for pages and API.
struct Groups: Sendable {
    let accounts: Accounts
    let trail: Trail

    /// The group of this name.
    func named(_ name: String) async throws -> Group {
        guard let group = try await accounts.group(named: name) else { throw HubError.notFound }
        return group
    }

    /// Makes a group; nil where there is one of that name.
    func make(_ name: String) async throws -> Group? {
        try GroupName.check(name)
        guard try await accounts.makeGroup(named: name) else { return nil }
        trail.note(.groupMake, on: name)
        return try await named(name)
    }

    func remove(_ name: String) async throws {
        guard try await accounts.removeGroup(named: name) else { throw HubError.notFound }
        trail.note(.groupRemove, on: name)
    }

    /// Adds and removes members; whom nobody knows can't be added. Returns the group as it is then.
    func change(_ group: Group, adding: [String] = [], removing: [String] = []) async throws -> Group {
        try await requireKnown(adding)
        try await accounts.changeGroup(named: group.name, adding: adding, removing: removing)
        let now = try await named(group.name)
        let joined = now.members.filter { !group.members.contains($0) }, left = group.members.filter { !now.members.contains($0) }
        if !joined.isEmpty || !left.isEmpty {
            trail.note(.groupMembers, on: group.name, note: (joined.map { "+\($0)" } + left.map { "-\($0)" }).joined(separator: " "))
        }
        return now
    }

    func requireKnown(_ accounts: [String]) async throws {
        for name in accounts where try await self.accounts.user(named: name) == nil {
            throw HubError(.badRequest, "No such user: “\(name.prefix(64))”. Add them first.")
        }
    }

    /// - Parameter properties: a JSON object.
    func setProperties(_ properties: JSONValue, of group: Group) async throws -> Group {
        try await accounts.setProperties(properties.text, ofGroup: group.name)
        trail.note(.groupProperties, on: group.name)
        return try await named(group.name)
    }
}
