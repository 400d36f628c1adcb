import LauncherProtocol
import Logins
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
        /// The owner's account.
        let ownerName: String
        /// As the person who acts would name it.
        var reference: String { isOwn ? name : path }
        /// As everybody else names it, and assignments do: `OWNER/NAME`.
        var path: String { "\(ownerName)/\(name)" }
        let right: EnvironmentRight

        private var isOwn: Bool { owner.uid == actor.uid }
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
        guard parts.count == 2, parts[0] != actor.name else { return own(parts.last ?? reference, of: actor) }
        let unknown = LauncherError(.notFound, "There is no environment “\(reference.prefix(120))” that is shared with you.")
        guard let owner = try? await accounts.policyAccount(named: parts[0]) else { throw unknown }
        // A directory may know one account by several names.
        if owner.uid == actor.uid { return own(parts[1], of: actor) }
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
            owner: Store.Owner(name: actor.name, uid: owner.uid), name: parts[1], actor: actor, ownerName: owner.name, right: right)
    }

    private func own(_ name: String, of actor: Account) -> Subject {
        Subject(
            owner: Store.Owner(name: actor.name, uid: actor.uid), name: name, actor: actor, ownerName: actor.name, right: .admin)
    }

    /// An environment as `subject` has it: its name, the right, and what was changed over it in their servers.
    ///
    /// - Parameter assigned: What administrators have given them, where that is known already.
    func told(_ summary: EnvironmentSummary, to subject: Subject, assigned: Assigned? = nil) async -> EnvironmentSummary {
        summary.named(subject.reference, right: subject.right, layers: await ownLayers(of: subject, assigned: assigned))
    }

    /// What somebody has changed over the version that their servers start with, and over others.
    func ownLayers(of subject: Subject, assigned: Assigned? = nil) async -> OwnLayers {
        await store.ownLayers(
            over: subject.name, of: subject.owner.uid, for: subject.actor.uid,
            startingWith: await assignedVersion(of: subject, assigned))
    }

    /// The version that administrators have assigned; nil for the current one.
    func assignedVersion(of subject: Subject, _ known: Assigned? = nil) async -> String? {
        if let known { return known.version(of: subject.path) }
        return (try? await store.assigned(to: subject.actor))?.version(of: subject.path)
    }

    /// Refuses whoever is no administrator: root on this host, or a member of an administrators' group.
    func requireAdministrator(_ name: String, for caller: Caller) async throws(LauncherError) {
        if caller.role == .root { return }
        let account = try await actor(named: name, for: caller)
        guard account.groups.contains(where: { administratorGroups.contains($0.name) }) else {
            throw LauncherError(
                .refused, "Only members of an administrators' group of this host (login.admin_groups) may do that.")
        }
    }
}
