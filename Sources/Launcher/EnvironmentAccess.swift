import Configuration
import LauncherProtocol
import Logins
import NSS
import Store

/// Finds the environment that a reference means, and whether somebody may do with it what they ask for.
/// `NAME` is one's own, `OWNER/NAME` somebody else's.
struct EnvironmentAccess: Sendable {
    let store: Store
    let accounts: Logins
    let administratorGroups: Set<String>

    /// An environment, for somebody.
    struct Subject: Sendable {
        /// Whoever acts, with the UID of the owner: the directory is the owner's, the commit theirs who acts.
        let owner: Store.Owner
        let name: String
        /// Whoever acts.
        let actor: Account
        /// As the person who acts would name it.
        let reference: String
        let right: EnvironmentRight
    }

    /// The account that a call is about: one that may use Berth and, where a member calls, the member's own.
    func actor(named name: String, for caller: Caller) async throws(LauncherError) -> Account {
        let account = try await accounts.policyAccount(named: name)
        guard caller.role != .member || account.uid == caller.uid else {
            throw LauncherError(.refused, "The environments of “\(name)” are not yours. Leave out --user, or ask an administrator.")
        }
        return account
    }

    /// The environment that `reference` means for the account `name`, where the right `needed` is given.
    func subject(
        _ reference: String, of name: String, for caller: Caller, needs needed: EnvironmentRight
    ) async throws(LauncherError) -> Subject {
        try await subject(reference, actor: try await actor(named: name, for: caller), needs: needed)
    }

    func subject(_ reference: String, actor: Account, needs needed: EnvironmentRight) async throws(LauncherError) -> Subject {
        let parts = reference.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, parts[0] != actor.name else {
            let own = parts.last ?? reference
            return Subject(
                owner: Store.Owner(name: actor.name, uid: actor.uid), name: own, actor: actor, reference: own, right: .admin)
        }
        let unknown = LauncherError(.notFound, "There is no environment “\(reference.prefix(120))” that is shared with you.")
        guard let owner = try? await accounts.policyAccount(named: parts[0]) else { throw unknown }
        let right = try await inStore { () async throws(StoreError) in
            try await store.right(of: actor, on: parts[1], of: owner)
        }
        guard let right else { throw unknown }
        guard right >= needed else {
            throw LauncherError(
                .refused,
                "“\(reference)” is shared with you for “\(right.rawValue)”; this needs “\(needed.rawValue)”. Ask \(owner.name) for it.")
        }
        return Subject(
            owner: Store.Owner(name: actor.name, uid: owner.uid), name: parts[1], actor: actor, reference: reference, right: right)
    }

    /// What a person can choose from: what administrators demand alone, else their own, what is shared with
    /// them and what is assigned to them.
    func list(for actor: Account) async throws(LauncherError) -> [EnvironmentSummary] {
        try await summaries(of: try await choices(of: actor)[...])
    }

    /// The part of it that a page shows, and the names of all that match.
    func find(_ call: FindEnvironments, for actor: Account) async throws(LauncherError) -> FindEnvironments.Outcome {
        let text = call.text.lowercased()
        let matching = try await choices(of: actor).filter { text.isEmpty || $0.reference.lowercased().contains(text) }
        let start = min(max(call.offset, 0), matching.count)
        let part = matching[start...].prefix(min(max(call.limit, 0), Self.mostSummaries))
        return FindEnvironments.Outcome(names: matching.map(\.reference), environments: try await summaries(of: part))
    }

    /// What one call reads of environments at most.
    private static let mostSummaries = 200

    /// The same by name alone, for which no repository is read.
    private func choices(of actor: Account) async throws(LauncherError) -> [Subject] {
        let assigned = try await inStore { () async throws(StoreError) in try await store.assignments(to: actor) }
        let isFree = !assigned.contains(where: \.isMandatory)
        var choices: [Subject] = []
        if isFree {
            let names = try await inStore { () async throws(StoreError) in try await store.names(for: actor.uid) }
            for name in names { choices.append(try await subject(name, actor: actor, needs: .use)) }
            for (uid, name) in try await inStore({ () async throws(StoreError) in try await store.sharedWith(actor) }) {
                // An account that is gone shares nothing.
                guard let owner = try? await AccountDirectory().lookUp(uid: uid) else { continue }
                if let subject = try? await subject("\(owner.name)/\(name)", actor: actor, needs: .use) { choices.append(subject) }
            }
        }
        for assignment in assigned where isFree || assignment.isMandatory {
            guard !choices.contains(where: { $0.reference == assignment.environment }),
                let subject = try? await subject(assignment.environment, actor: actor, needs: .use)
            else { continue }
            if assignment.isDefault { choices.insert(subject, at: 0) } else { choices.append(subject) }
        }
        return choices
    }

    private func summaries(of subjects: ArraySlice<Subject>) async throws(LauncherError) -> [EnvironmentSummary] {
        var summaries: [EnvironmentSummary] = []
        for subject in subjects {
            do throws(StoreError) {
                let summary = try await store.summary(of: subject.name, for: subject.owner.uid)
                summaries.append(summary.named(subject.reference, right: subject.right))
            } catch {
                // Somebody else's broken one hides none of one's own.
                if subject.reference == subject.name { throw LauncherError(error) }
            }
        }
        return summaries
    }

    /// What a server of `actor` mounts. What administrators demand can't be gone around.
    func mount(_ reference: String, for actor: Account) async throws(LauncherError) -> Store.Mount {
        let subject = try await subject(reference, actor: actor, needs: .use)
        let assigned = try await inStore { () async throws(StoreError) in try await store.assignments(to: actor) }
        let mandatory = assigned.filter(\.isMandatory)
        guard mandatory.isEmpty || mandatory.contains(where: { $0.environment == subject.reference }) else {
            throw LauncherError(
                .refused,
                "Your servers start with \(mandatory.map { "“\($0.environment)”" }.joined(separator: ", ")): an administrator has decided so."
            )
        }
        let version = assigned.first { $0.environment == subject.reference }?.version
        return try await inStore { () async throws(StoreError) in
            try await store.mount(
                subject.name, version: version, owner: subject.owner.uid, for: actor.uid, reference: subject.reference)
        }
    }

    /// Refuses whoever is no administrator: root on this host, or a member of an administrators' group.
    func requireAdministrator(_ name: String, for caller: Caller) async throws(LauncherError) {
        if caller.role == .root { return }
        let account = try await accounts.policyAccount(named: name)
        guard account.groups.contains(where: { administratorGroups.contains($0.name) }) else {
            throw LauncherError(
                .refused, "Only members of an administrators' group of this host (login.admin_groups) assign environments.")
        }
    }
}
