import Phrases
import YAML

/// One thing that the linter has to say about a recipe.
public struct LintFinding: Sendable, Equatable {
    public let rule: LintRule
    /// The file beside the recipe in which it stands, as ``ExpandedRecipe/Place`` names it; nil for the recipe itself.
    public let file: String?
    /// Where it stands in that file.
    public let mark: Mark
    /// What is so, and why it matters, in one sentence.
    public let what: Phrase
    /// What to do, in one sentence.
    public let remedy: Phrase
    /// Mends the recipe; empty where a person has to decide.
    public let fix: [TextEdit]

    init(_ rule: LintRule, in file: String? = nil, _ mark: Mark, _ what: Phrase, _ remedy: Phrase, fix: [TextEdit] = []) {
        self.rule = rule
        self.file = file
        self.mark = mark
        self.what = what
        self.remedy = remedy
        self.fix = fix
    }

    /// What was found by solving or building, rather than by looking.
    public init(_ rule: LintRule, at line: Int, _ column: Int, _ what: Phrase, _ remedy: Phrase) {
        self.init(rule, Mark(line: line, column: column), what, remedy)
    }

    public var level: LintRule.Level { rule.level }
}

extension Sequence<LintFinding> {
    /// In the order of the text: first the recipe, then the files beside it.
    public var inOrder: [LintFinding] {
        sorted {
            ($0.file ?? "", $0.mark.line, $0.mark.column, $0.level) < ($1.file ?? "", $1.mark.line, $1.mark.column, $1.level)
        }
    }
}
