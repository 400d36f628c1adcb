import Phrases

/// A text that isn't YAML, or is YAML that nobody should have to read: where, what, and what to do.
public struct YAMLError: Error, Sendable, Equatable, CustomStringConvertible {
    public let mark: Mark
    /// What is wrong, in one sentence.
    public let problem: Phrase
    /// What to do about it, in one sentence; empty where the problem says it.
    public let remedy: Phrase

    public init(_ mark: Mark, _ problem: Phrase, remedy: Phrase = "") {
        self.mark = mark
        self.problem = problem
        self.remedy = remedy
    }

    public var description: String { "\(mark): \(problem)" + (remedy.english.isEmpty ? "" : " \(remedy)") }
}
