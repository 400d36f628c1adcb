import Phrases
import YAML

/// Everything that is wrong with a recipe, each with its place.
public struct RecipeError: Error, Sendable, Equatable, CustomStringConvertible {
    /// One thing that is wrong.
    public struct Problem: Sendable, Equatable, CustomStringConvertible {
        public let mark: Mark
        /// What is wrong, in one sentence.
        public let what: Phrase
        /// What to do, in one sentence.
        public let remedy: Phrase

        public init(_ mark: Mark, _ what: Phrase, _ remedy: Phrase) {
            self.mark = mark
            self.what = what
            self.remedy = remedy
        }

        /// `environment.yml:LINE:COLUMN: WHAT REMEDY`.
        public var description: String { "environment.yml:\(mark): \(what) \(remedy)" }
    }

    /// In the order of the text.
    public let problems: [Problem]

    public init(_ problems: [Problem]) { self.problems = problems }

    /// One line for each problem.
    public var description: String { problems.map(\.description).joined(separator: "\n") }
}
