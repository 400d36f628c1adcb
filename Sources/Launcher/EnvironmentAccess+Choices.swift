import LauncherProtocol
import NSS
import Phrases
import Store

/// What somebody can start servers with.
extension EnvironmentAccess {
    /// What a person can choose from.
    private struct Choices {
        /// What is preferred comes first.
        var subjects: [Subject] = []
        /// What administrators prefer for the person, or the only one there is.
        var preferred: Subject?
        /// Whether a server must start with one of them.
        var isDemanded = false
    }

    /// What a person can choose from: what administrators demand alone, else their own, what is shared with
    /// them and what is assigned to them.
    func list(for actor: Account) async throws(LauncherError) -> [EnvironmentSummary] {
        try await summaries(of: try await choices(of: actor).subjects[...])
    }

    /// The part of it that a page shows, and the names of all that match.
    func find(_ call: FindEnvironments, for actor: Account) async throws(LauncherError) -> FindEnvironments.Outcome {
        let text = call.text.lowercased(), choices = try await choices(of: actor)
        let matching = choices.subjects.filter { text.isEmpty || $0.reference.lowercased().contains(text) }
        let start = min(max(call.offset, 0), matching.count)
        let part = matching[start...].prefix(min(max(call.limit, 0), Self.mostSummaries))
        return FindEnvironments.Outcome(
            names: matching.map(\.reference), environments: try await summaries(of: part), preferred: choices.preferred?.reference,
            isDemanded: choices.isDemanded)
    }

    /// What one call reads of environments at most.
    private static let mostSummaries = 200

    /// By name alone, for which no repository is read.
    private func choices(of actor: Account) async throws(LauncherError) -> Choices {
        let assigned = try await inStore { () async throws(StoreError) in try await store.assigned(to: actor) }
        let own = try await inStore { () async throws(StoreError) in try await store.names(for: actor.uid) }
        var subjects: [Subject] = []
        if assigned.isFree {
            for name in own { subjects.append(try await subject(name, actor: actor, needs: .use)) }
            for (uid, name) in try await inStore({ () async throws(StoreError) in try await store.sharedWith(actor) }) {
                // An account that is gone shares nothing.
                guard let owner = try? await AccountDirectory().lookUp(uid: uid) else { continue }
                if let subject = try? await subject("\(owner.name)/\(name)", actor: actor, needs: .use) { subjects.append(subject) }
            }
        }
        for environment in assigned.environments where !subjects.contains(where: { $0.path == environment }) {
            guard let subject = try? await subject(environment, actor: actor, needs: .use),
                subject.owner.uid != actor.uid || own.contains(subject.name)
            else { continue }
            subjects.append(subject)
        }
        var choices = Choices(subjects: subjects, isDemanded: !assigned.isFree)
        if let index = subjects.firstIndex(where: { $0.path == assigned.preferred }) {
            choices.subjects.insert(choices.subjects.remove(at: index), at: 0)
            choices.preferred = subjects[index]
        } else if subjects.count == 1 {
            choices.preferred = subjects[0]
        }
        return choices
    }

    private func summaries(of subjects: ArraySlice<Subject>) async throws(LauncherError) -> [EnvironmentSummary] {
        var summaries: [EnvironmentSummary] = []
        var assigned: Assigned?
        if let actor = subjects.first?.actor { assigned = try? await store.assigned(to: actor) }
        for subject in subjects {
            do throws(StoreError) {
                let summary = try await store.summary(of: subject.name, for: subject.owner.uid)
                summaries.append(await told(summary, to: subject, assigned: assigned))
            } catch {
                // Somebody else's broken one hides none of one's own.
                if subject.reference == subject.name { throw LauncherError(error) }
            }
        }
        return summaries
    }

    /// What a server of `actor` mounts: what was chosen, else what administrators demand; nil for what the image
    /// brings. What is demanded can't be gone around. Its build stays until the store's `release`.
    ///
    /// - Parameters:
    ///   - reference: Nil where nothing was chosen.
    ///   - progress: What is told while a build that is gone is made again, and how far it is, from 0 to 1.
    func mount(
        _ reference: String?, for actor: Account, progress: @escaping @Sendable (Phrase, Double?) -> Void
    ) async throws(LauncherError) -> Store.Mount? {
        let assigned = try await inStore { () async throws(StoreError) in try await store.assigned(to: actor) }
        guard let wanted = reference ?? assigned.demanded else { return nil }
        let subject = try await subject(wanted, actor: actor, needs: .use)
        guard assigned.admits(subject.path) else {
            throw LauncherError(
                .refused,
                "Your servers start with \(assigned.environments.map { "“\($0)”" }.joined(separator: ", ")): an administrator has decided so."
            )
        }
        let version = assigned.version(of: subject.path)
        return try await inStore { () async throws(StoreError) in
            try await store.mount(
                subject.name, version: version, owner: subject.owner.uid, for: actor.uid, reference: subject.reference
            ) { progress($0.message, $0.fraction) }
        }
    }
}
