import YAML

/// Replaces one stretch of a text. Everything around it, comments and order too, stays.
public struct TextEdit: Sendable, Equatable {
    /// Where the stretch begins.
    public let start: Mark
    /// Where it ends: the first character that stays. Beyond the text's end means its end.
    public let end: Mark
    public let replacement: String

    public init(from start: Mark, to end: Mark, _ replacement: String) {
        self.start = start
        self.end = end
        self.replacement = replacement
    }

    /// Whole lines that are put before line `line`.
    static func insert(_ text: String, beforeLine line: Int) -> TextEdit {
        let place = Mark(line: line, column: 1)
        return TextEdit(from: place, to: place, text + "\n")
    }

    /// Takes a whole line away.
    static func delete(line: Int) -> TextEdit {
        TextEdit(from: Mark(line: line, column: 1), to: Mark(line: line + 1, column: 1), "")
    }
}
