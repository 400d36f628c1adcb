import Checks
import Environments
import LauncherProtocol
import Phrases

/// Looks a recipe over with what is known of this host and of what a person may use there, as `berth env check` does.
struct RecipeReview {
    private var context: LintContext
    private let texts: TextCatalog

    /// Where the launcher doesn't tell, the rules that need it rest.
    init(hub: HubServices, account: String) async {
        texts = hub.texts
        context = LintContext()
        if let host = try? await hub.launcher.call(DescribeHost(account: account)) { context.complete(with: host) }
    }

    /// What a recipe comes to.
    struct Solved {
        let outcome: SolveRecipe.Outcome
        let lock: Lock?
        /// The shorter recipe that comes to the same; nil where there is none.
        let shorter: MinimalRecipe?
        /// Knows what the solve told.
        let review: RecipeReview
    }

    /// Solves a recipe, and looks for the shorter one that solves to the same lock.
    func solved(_ recipe: String, for target: SolveTarget, by attempt: Attempt) async throws(LauncherError) -> Solved {
        let (outcome, lock) = try await attempt.solve(recipe, for: target)
        let locks = lock.map { [(target: target, lock: $0)] } ?? []
        let shortening = await attempt.shorten(ExpandedRecipe(recipe), solvedTo: locks)
        var review = self
        review.context.lock = lock
        review.context.held = shortening.held
        review.context.channelPackages = Set(outcome.channelPackages)
        return Solved(outcome: outcome, lock: lock, shorter: shortening.recipe, review: review)
    }

    struct Finding {
        let finding: LintFinding
        let texts: TextCatalog

        /// For the pages.
        var values: [String: Any] {
            [
                "line": finding.mark.line, "level": finding.level.rawValue, "rule": finding.rule.rawValue, "what": texts(finding.what),
                "remedy": texts(finding.remedy), "isError": finding.level == .error,
            ]
        }

        var json: JSONValue {
            [
                "rule": .string(finding.rule.rawValue), "level": .string(finding.level.rawValue),
                "line": .number(Double(finding.mark.line)), "column": .number(Double(finding.mark.column)),
                "message": .string(texts(finding.what)), "remedy": .string(texts(finding.remedy)), "fixable": .bool(!finding.fix.isEmpty),
            ]
        }
    }

    /// A lock has been solved: the rules for recipes are not for it.
    func findings(in recipe: String) -> [Finding] {
        LockFile.isMeant(by: recipe) ? [] : Lint.findings(in: recipe, context: context).map { Finding(finding: $0, texts: texts) }
    }

    /// The text with everything mended that is safe to mend.
    func mended(_ recipe: String) -> String { LockFile.isMeant(by: recipe) ? recipe : Lint.fixed(recipe, context: context).text }

    /// The text, what there is to say about it, and what was found where it was solved: for the editor of the pages.
    func editor(
        _ recipe: String, _ wish: RecipeWish = RecipeWish(), places: [RecipePlace] = [], problem: Phrase? = nil
    ) -> [String: Any] {
        let findings = findings(in: recipe)
        var values: [String: Any] = [
            "recipe": recipe, "places": places.map { $0.values(texts) }, "findings": findings.map(\.values),
            "isClean": findings.isEmpty && places.isEmpty && problem == nil,
        ]
        values["problem"] = problem.map { texts($0) }
        return values.merging(wish.values) { $1 }
    }
}
