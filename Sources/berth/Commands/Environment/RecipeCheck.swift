import Environments
import LauncherProtocol
import Phrases

/// Gathers what is wrong with a recipe: by looking at it, by solving it, and by building it.
struct RecipeCheck {
    /// Who tries, and where it is told how that goes.
    struct Attempt {
        let launcher: LauncherClient
        let account: String
        let progress: @Sendable (BuildProgress) -> Void
        /// Gets a line where something went well.
        let tell: (String) -> Void

        func solve(_ text: String, for target: SolveTarget) async throws(LauncherError) -> SolveRecipe.Outcome {
            try await launcher.call(SolveRecipe(account: account, recipe: text, target: target), progress: progress)
        }
    }

    private let source: ExpandedRecipe
    /// What is known of each target; a lock where it was solved.
    private var contexts: [LintContext] = []
    /// What was found by solving, building and importing.
    private var tried: [LintFinding] = []

    init(_ source: ExpandedRecipe) { self.source = source }

    private var text: String { source.text }

    /// All that was found, in the order of the text, each once.
    var findings: [LintFinding] {
        // Where two targets find the same, the one with a lock says more.
        let looked = (contexts.filter { $0.lock != nil } + contexts.filter { $0.lock == nil }).flatMap {
            Lint.findings(in: source, context: $0)
        }
        var seen: Set<String> = []
        let once = looked.filter { seen.insert("\($0.rule.rawValue) \($0.file ?? ""):\($0.mark)").inserted }
        return (once + tried.map(source.placed)).inOrder
    }

    /// Looks at it with `context` in mind.
    mutating func look(with context: LintContext) { contexts.append(context) }

    /// Looks at it with `context` in mind, and solves it for `target`.
    ///
    /// - Throws: where the launcher could not try.
    mutating func solve(for target: SolveTarget, with context: LintContext, _ attempt: Attempt) async throws(LauncherError) {
        var context = context
        defer { contexts.append(context) }
        let title = Self.title(of: target)
        let solved: SolveRecipe.Outcome
        do throws(LauncherError) {
            solved = try await attempt.solve(text, for: target)
        } catch {
            return try take(error, as: .unsolvable, "For \(title)")
        }
        guard let lock = Self.lock(in: solved) else { return }
        attempt.tell("solves for \(title): \(lock.count) packages")
        context.channelPackages.formUnion(solved.channelPackages)
        guard context.lock == nil else { return }
        context.lock = lock
        context.held = await held(by: lock, for: target, attempt)
    }

    /// Builds it on the launcher's host, and imports what it asks for.
    mutating func build(for target: SolveTarget, imports: Bool, _ attempt: Attempt) async throws(LauncherError) {
        // What can't be solved was told.
        guard !tried.contains(where: { $0.rule == .unsolvable }) else { return }
        do throws(LauncherError) {
            let call = TryRecipe(account: attempt.account, recipe: text, target: target, imports: imports)
            let outcome = try await attempt.launcher.call(call, progress: attempt.progress)
            attempt.tell("builds: \(outcome.packages) packages" + (imports ? ", modules imported: \(outcome.imported)" : ""))
            tried += outcome.failures.map { LintFinding(.importFails, at: $0.line, $0.column, $0.message, "") }
        } catch {
            try take(error, as: .buildFails, "On this host")
        }
    }

    /// What of the recipe must stay in it for the same lock: without the lines that come with others anyway it is
    /// solved again, and what then changed is kept, until nothing changes. Where that doesn't end, all of it stays.
    private func held(by lock: Lock, for target: SolveTarget, _ attempt: Attempt) async -> Set<String>? {
        var held: Set<String> = []
        for _ in 0..<5 {
            guard let shorter = Lint.minimal(text, lock: lock, keeping: held) else { return held }
            guard let again = (try? await attempt.solve(shorter.text, for: target)).flatMap(Self.lock(in:)) else { return nil }
            if again == lock { return held }
            let same = Set(again.packages.map(\.url))
            let changed = Set(lock.packages.filter { !same.contains($0.url) }.map(\.name)).intersection(shorter.superfluous)
            held.formUnion(changed.isEmpty ? shorter.superfluous : changed)
        }
        return held.union(lock.packages.map(\.name))
    }

    private static func lock(in solved: SolveRecipe.Outcome) -> Lock? {
        try? Lock(json: solved.lock)
    }

    /// The recipe's own fault becomes findings; the rest is no fault of the recipe.
    private mutating func take(_ error: LauncherError, as rule: LintRule, _ title: String) throws(LauncherError) {
        guard error.kind == .failed || error.kind == .invalid else { throw error }
        let places = error.places.isEmpty ? [RecipePlace(line: 1, column: 1, message: Phrase(verbatim: error.description))] : error.places
        tried += places.map { LintFinding(rule, at: $0.line, $0.column, "\(title): \($0.message)", "") }
    }

    private static func title(of target: SolveTarget) -> String {
        (target.platform ?? "this host") + (target.cuda.map { $0 == Target.noCUDA ? " without CUDA" : " with CUDA \($0)" } ?? "")
    }
}
