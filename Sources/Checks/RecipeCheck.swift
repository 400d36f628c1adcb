import Environments
import LauncherProtocol
import Phrases

/// Gathers what is wrong with a recipe: by looking at it, by solving it, and by building it.
///
/// ```swift
/// var check = RecipeCheck(wish, of: ExpandedRecipe(text)) { ExpandedRecipe($0) }
/// try await check.carryOut(Attempt(launcher: launcher, account: "ada"))
/// LintReport(file: "environment.yml", findings: check.findings).json
/// ```
public struct RecipeCheck: Sendable {
    private let wish: CheckWish
    private let expanded: @Sendable (String) -> ExpandedRecipe
    private var source: ExpandedRecipe
    /// What is known of each target; a lock where it was solved.
    private var targets: [(target: SolveTarget, context: LintContext)]
    /// What was found by solving, building and importing.
    private var tried: [LintFinding] = []
    /// The shorter recipe that solves to the same locks, where there is one.
    public private(set) var shorter: MinimalRecipe?

    /// - Parameters:
    ///   - context: What is known of where it will be used; its platform counts for none of them.
    ///   - expanded: Puts the files beside a recipe into it.
    public init(
        _ wish: CheckWish, of text: String, context: LintContext = LintContext(),
        expanded: @escaping @Sendable (String) -> ExpandedRecipe = { ExpandedRecipe($0) }
    ) {
        self.wish = wish
        self.expanded = expanded
        source = expanded(text)
        targets = wish.targets(of: try? Recipe(yaml: source.text)).map { target in
            var context = context
            context.platform = target.platform
            return (target, context)
        }
    }

    /// How many solves it takes at least.
    public var targetCount: Int { targets.count }

    /// The recipe that ``findings`` are about: the one that was given, or where that was wished for the shorter one.
    public var text: String { source.written }

    /// All that was found, in the order of the text, each once. Before ``carryOut(_:)`` what looking alone finds.
    public var findings: [LintFinding] {
        // Where two targets find the same, the one with a lock says more.
        let contexts = targets.map(\.context)
        let looked = (contexts.filter { $0.lock != nil } + contexts.filter { $0.lock == nil }).flatMap {
            Lint.findings(in: source, context: $0)
        }
        var seen: Set<String> = []
        let once = looked.filter { seen.insert("\($0.rule.rawValue) \($0.file ?? ""):\($0.mark)").inserted }
        return (once + tried.map(source.placed)).inOrder
    }

    /// Solves, builds and imports, as far as that is wished for.
    ///
    /// - Throws: where the launcher could not try.
    public mutating func carryOut(_ attempt: Attempt) async throws(LauncherError) {
        // What can't be read can't be solved.
        guard (try? Recipe(yaml: source.text)) != nil else { return }
        let host = try await attempt.launcher.call(DescribeHost(account: attempt.account))
        for index in targets.indices { targets[index].context.complete(with: host) }
        if wish.solves {
            for index in targets.indices { try await solve(index, attempt) }
            await shorten(attempt)
        }
        if wish.builds || wish.imports { try await build(attempt) }
    }

    private mutating func solve(_ index: Int, _ attempt: Attempt) async throws(LauncherError) {
        let target = targets[index].target, title = Self.title(of: target)
        do throws(LauncherError) {
            let (outcome, lock) = try await attempt.solve(source.text, for: target)
            guard let lock else { return }
            attempt.tell("solves for \(title): \(Phrase.packages(lock.count))")
            targets[index].context.channelPackages.formUnion(outcome.channelPackages)
            targets[index].context.lock = lock
        } catch {
            try take(error, as: .unsolvable, "For \(title)")
        }
    }

    private mutating func shorten(_ attempt: Attempt) async {
        let locks = targets.compactMap { entry in entry.context.lock.map { (target: entry.target, lock: $0) } }
        guard locks.count == targets.count else { return }
        let shortening = await attempt.shorten(source, solvedTo: locks)
        for index in targets.indices { targets[index].context.held = shortening.held }
        shorter = shortening.recipe
        guard wish.shortens, let shorter else { return }
        source = expanded(shorter.text)
        attempt.tell("is shorter by what comes with others anyway: \(shorter.superfluous.sorted().joined(separator: ", "))")
    }

    private mutating func build(_ attempt: Attempt) async throws(LauncherError) {
        // What can't be solved was told.
        guard !tried.contains(where: { $0.rule == .unsolvable }) else { return }
        let target = SolveTarget(cuda: wish.cudas.first, asOf: wish.asOf, virtualPackages: wish.virtualPackages)
        do throws(LauncherError) {
            let outcome = try await attempt.build(source.text, for: target, imports: wish.imports)
            attempt.tell("builds: \(Phrase.packages(outcome.packages))")
            if wish.imports { attempt.tell("modules imported: \(outcome.imported)") }
            tried += outcome.failures.map { LintFinding(.importFails, at: $0.line, $0.column, $0.message, "") }
        } catch {
            try take(error, as: .buildFails, "On this host")
        }
    }

    /// The recipe's own fault becomes findings; the rest is no fault of the recipe.
    private mutating func take(_ error: LauncherError, as rule: LintRule, _ title: Phrase) throws(LauncherError) {
        guard error.kind == .failed || error.kind == .invalid else { throw error }
        let places = error.places.isEmpty ? [RecipePlace(line: 1, column: 1, message: Phrase(verbatim: error.description))] : error.places
        tried += places.map { LintFinding(rule, at: $0.line, $0.column, "\(title): \($0.message)", "") }
    }

    private static func title(of target: SolveTarget) -> String {
        (target.platform ?? "this host")
            + (target.cuda.map { $0 == VirtualPackages.none ? " without CUDA" : " with CUDA \($0)" } ?? "")
    }
}
