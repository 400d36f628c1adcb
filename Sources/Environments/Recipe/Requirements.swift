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
        var open = ""
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            // A comment is at the line's beginning or after white space: “x @ https://host/a#egg=x” has none.
            var body = Self.withoutComment(String(line))
            let goesOn = body.hasSuffix("\\")
            if goesOn { body.removeLast() }
            open += body
            if goesOn { continue }
            let whole = open.trimmed
            open = ""
            if whole.isEmpty { continue }
            if let refusal = PipLine.refusal(of: whole) {
                notices.append("Line \(index + 1): \(refusal.what) \(refusal.remedy)")
            } else {
                lines.append(whole)
            }
        }
        if !open.trimmed.isEmpty { lines.append(open.trimmed) }
        self.lines = lines
        self.notices = notices
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
