import Phrases
import YAML

/// One thing that the linter has to say about a recipe.
public struct LintFinding: Sendable, Equatable {
    public let rule: LintRule
    /// Where it stands in the text.
    public let mark: Mark
    /// What is so, and why it matters, in one sentence.
    public let what: Phrase
    /// What to do, in one sentence.
    public let remedy: Phrase
    /// Mends it; empty where a person has to decide.
    public let fix: [TextEdit]

    init(_ rule: LintRule, _ mark: Mark, _ what: Phrase, _ remedy: Phrase, fix: [TextEdit] = []) {
        self.rule = rule
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
