import Accounts
import Environments
import Foundation
import LauncherProtocol
import TLS

/// Makes a proposal of newer versions: the recipe that asks for them, solved.
struct PackageProposer: Sendable {
    let launcher: any LauncherCalling

    private enum Bound {
        /// How many steps are tried one by one where all together do not solve.
        static let steps = 12
    }

    /// What makes two proposals for an environment the same.
    static func fingerprint(_ environment: WatchedEnvironment, _ steps: [RecipeUpgrade.Step]) -> String {
        let parts = [environment.owner, environment.name, environment.version] + steps.map { "\($0) \($0.spec ?? "")" }
        return Digest(sha256: parts.joined(separator: "\n").utf8).description
    }

    /// The proposal, and whether it is worth telling somebody.
    ///
    /// - Throws: where nobody can say now whether it solves.
    func proposal(
        for environment: WatchedEnvironment, _ steps: [RecipeUpgrade.Step], held: [HeldVersion]
    ) async throws(LauncherError) -> (content: Proposal.Content, isNews: Bool) {
        let found = try await solved(environment, steps)
        var content = Proposal.Content(
            kind: .packages, owner: environment.owner, subject: environment.name, base: environment.version,
            steps: steps.map(\.description))
        content.remarks = found.refused.map { "\($0.step) does not fit: \($0.reason)" }
        guard let text = found.text, let lock = found.lock, let recipe = try? Recipe(yaml: text) else {
            content.solves = false
            // A step that the recipe lets in already is the solver's daily business.
            return (content, steps.contains { $0.spec != nil })
        }
        let diff = LockDiff(from: environment.lock, to: lock, asked: (environment.recipe.asked, recipe.asked))
        content.recipe = text
        content.lock = (try? lock.canonicalBytes).map { String(decoding: $0, as: UTF8.self) } ?? ""
        content.changes = diff.changes.map(Proposal.Change.init)
        content.steps = steps.compactMap { Self.outcome(of: $0, in: lock) }
        let bringsHeld = diff.changes.contains { change in
            change.after.map { after in held.contains { $0.holds(change.name, after.version) } } ?? false
        }
        if content.steps.isEmpty, !content.remarks.isEmpty {
            content.solves = false
            content.steps = steps.filter { $0.spec != nil }.map(\.description)
        }
        return (content, !bringsHeld && !content.steps.isEmpty)
    }

    /// What became of a step: the solver may have found an older version than the newest.
    private static func outcome(of step: RecipeUpgrade.Step, in lock: Lock) -> String? {
        guard let version = lock.version(of: step.package), PackageVersion(version) > PackageVersion(step.from) else { return nil }
        return "\(step.package) \(step.from) → \(version)"
    }

    private struct Solved {
        var text: String?
        var lock: Lock?
        var refused: [(step: RecipeUpgrade.Step, reason: String)] = []
    }

    /// All steps together where they solve; else as many as do, one after the other.
    private func solved(_ environment: WatchedEnvironment, _ steps: [RecipeUpgrade.Step]) async throws(LauncherError) -> Solved {
        switch try await attempt(steps, environment) {
        case .success(let (text, lock)): return Solved(text: text, lock: lock)
        case .failure(let first):
            let edits = steps.filter { $0.spec != nil }
            var solved = Solved()
            if edits.count < 2, let only = edits.first { solved.refused = [(only, first.reason)] }
            var kept: [RecipeUpgrade.Step] = []
            for step in edits.prefix(Bound.steps) where edits.count > 1 {
                switch try await attempt(kept + [step], environment) {
                case .success(let (text, lock)):
                    kept.append(step)
                    (solved.text, solved.lock) = (text, lock)
                case .failure(let refusal): solved.refused.append((step, refusal.reason))
                }
            }
            // What the recipe lets in already may still come.
            if kept.isEmpty, edits.count < steps.count, case .success(let (text, lock)) = try await attempt([], environment) {
                (solved.text, solved.lock) = (text, lock)
            }
            return solved
        }
    }

    private struct Refusal: Error {
        let reason: String
    }

    private func attempt(
        _ steps: [RecipeUpgrade.Step], _ environment: WatchedEnvironment
    ) async throws(LauncherError) -> Result<(String, Lock), Refusal> {
        let text: String
        do { text = try RecipeUpgrade.applying(steps, to: environment.text) } catch {
            return .failure(Refusal(reason: error.description))
        }
        do throws(LauncherError) {
            let outcome = try await launcher.call(SolveRecipe(account: environment.owner, recipe: text, environment: environment.name))
            guard let lock = try? Lock(json: outcome.lock) else {
                throw LauncherError(.unavailable, "The launcher's lock was not understood; the two halves are of different versions.")
            }
            return .success((text, lock))
        } catch {
            guard error.kind == .failed || error.kind == .invalid else { throw error }
            return .failure(Refusal(reason: ([error.message.english] + error.log.prefix(6)).joined(separator: " ")))
        }
    }
}

extension Proposal.Change {
    init(_ change: LockDiff.Change) {
        self.init(
            name: change.name, direction: change.direction.rawValue, before: change.before?.version, after: change.after?.version,
            isAsked: change.reason == .asked)
    }
}
