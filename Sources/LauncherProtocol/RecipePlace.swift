import Phrases

/// A place in a recipe, and what is wrong there.
public struct RecipePlace: Codable, Sendable, Equatable {
    /// From 1.
    public let line: Int
    /// From 1, in characters.
    public let column: Int
    /// What is wrong and what to do, in whole sentences.
    public let message: Phrase

    public init(line: Int, column: Int, message: Phrase) {
        self.line = line
        self.column = column
        self.message = message
    }
}
