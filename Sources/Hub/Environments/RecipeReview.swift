import Configuration
import Environments
import LauncherProtocol

/// Looks a recipe over with what this host is known to be, as `berth env lint` does.
struct RecipeReview {
    let hub: HubServices

    struct Finding {
        let finding: LintFinding

        /// For the pages.
        var values: [String: Any] {
            [
                "line": finding.mark.line, "level": finding.level.rawValue, "rule": finding.rule.rawValue, "what": finding.what,
                "remedy": finding.remedy, "isError": finding.level == .error,
            ]
        }

        var json: JSONValue {
            [
                "rule": .string(finding.rule.rawValue), "level": .string(finding.level.rawValue),
                "line": .number(Double(finding.mark.line)), "column": .number(Double(finding.mark.column)),
                "message": .string(finding.what), "remedy": .string(finding.remedy), "fixable": .bool(!finding.fix.isEmpty),
            ]
        }
    }

    /// A lock has been solved: the rules for recipes are not for it.
    func findings(in recipe: String) -> [Finding] {
        LockFile.isMeant(by: recipe) ? [] : Lint.findings(in: recipe, context: context).map(Finding.init)
    }

    /// The text with everything mended that is safe to mend.
    func mended(_ recipe: String) -> String { LockFile.isMeant(by: recipe) ? recipe : Lint.fixed(recipe, context: context).text }

    /// The text, what there is to say about it, and what was found where it was solved: for the editor of the pages.
    func editor(_ recipe: String, places: [RecipePlace] = [], problem: String? = nil) -> [String: Any] {
        let findings = findings(in: recipe)
        var values: [String: Any] = [
            "recipe": recipe, "places": places.map(\.values), "findings": findings.map(\.values),
            "isClean": findings.isEmpty && places.isEmpty && problem == nil,
        ]
        values["problem"] = problem
        return values
    }

    private var context: LintContext {
        LintContext(hasGPU: hub.configuration.profiles.contains { $0.gpus != .none })
    }
}
