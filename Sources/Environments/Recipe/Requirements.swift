import Phrases

/// A `requirements.txt` (pip's requirements file format), to be made a recipe of.
///
/// ```swift
/// let requirements = Requirements(text)
/// print(requirements.recipe(name: "lab", python: "3.11"))
/// ```
public struct Requirements: Sendable, Equatable {
    /// Requirements and options, each on one line, without comments.
    public let lines: [String]
    /// What can't be in a recipe, each with its line's number, what it is and what to do.
    public let notices: [Phrase]

    public init(_ text: String) {
        var lines: [String] = []
        var notices: [Phrase] = []
        for (number, line) in Self.logicalLines(of: text) {
            if let refusal = PipLine.refusal(of: line) {
                notices.append("Line \(number): \(refusal.what) \(refusal.remedy)")
            } else {
                lines.append(line)
            }
        }
        self.lines = lines
        self.notices = notices
    }

    /// The lines without comments, those that go on joined; each with the number of its last one.
    static func logicalLines(of text: String) -> [(number: Int, line: String)] {
        var lines: [(number: Int, line: String)] = []
        var open = ""
        var number = 0
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            // A comment is at the line's beginning or after white space: “x @ https://host/a#egg=x” has none.
            var body = Self.withoutComment(String(line))
            let goesOn = body.hasSuffix("\\")
            if goesOn { body.removeLast() }
            open += body
            if goesOn { continue }
            let whole = open.trimmed
            open = ""
            number = index + 1
            if !whole.isEmpty { lines.append((number, whole)) }
        }
        if !open.trimmed.isEmpty { lines.append((number + 1, open.trimmed)) }
        return lines
    }

    /// The recipe as text: this Python of conda-forge, and pip for all the rest.
    public func recipe(name: String, python: String) -> String {
        EnvironmentExport(
            name: name, channels: ["conda-forge"], asked: ["python=\(python)", "pip"], askedOfPip: lines,
            lock: Lock(platform: "linux-64", packages: [])
        ).fromHistory
    }

    private static func withoutComment(_ line: String) -> String {
        if line.trimmed.hasPrefix("#") { return "" }
        guard let comment = [" #", "\t#"].compactMap({ line.firstRange(of: $0)?.lowerBound }).min() else { return line }
        return String(line[..<comment])
    }
}
