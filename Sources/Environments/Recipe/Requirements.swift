import Phrases
import YAML

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

    /// - Parameter read: The text of a file that `-r` or `-c` names, by its path from where this one lies; nil where it
    ///   isn't there. No function where there is nothing beside it.
    public init(_ text: String, read: ((String) -> String?)? = nil) {
        var files = RequirementFiles(in: "", read: read ?? { _ in nil })
        var found: [RequirementFiles.Line] = []
        var notices: [Phrase] = []
        for (mark, line) in Self.logicalLines(of: text) {
            let place = ExpandedRecipe.Place(file: nil, mark: mark)
            guard read != nil, let reference = RequirementFiles.Reference(line) else {
                found.append(RequirementFiles.Line(text: line, place: place))
                continue
            }
            do throws(UnreadFile) {
                found += try files.lines(of: reference)
            } catch {
                notices.append(Self.notice(error.place ?? place, error.what, error.remedy))
            }
        }
        var constraints = RequirementConstraints(files.constraints)
        var lines: [String] = []
        for line in found {
            if let refusal = PipLine.refusal(of: line.text) {
                notices.append(Self.notice(line.place, refusal.what, refusal.remedy))
            } else {
                lines.append(constraints.apply(to: line.text))
            }
        }
        self.lines = lines
        self.notices = notices
    }

    private static func notice(_ place: ExpandedRecipe.Place, _ what: Phrase, _ remedy: Phrase) -> Phrase {
        if let file = place.file {
            "Line \(place.mark.line) of \(file): \(what) \(remedy)"
        } else {
            "Line \(place.mark.line): \(what) \(remedy)"
        }
    }

    /// The lines without comments, those that go on joined; each with the place where it begins, in characters.
    static func logicalLines(of text: String) -> [(mark: Mark, line: String)] {
        // Editors of Windows begin a text with a byte order mark; pip leaves it aside too.
        let text = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
        var lines: [(mark: Mark, line: String)] = []
        var open = "", start: Mark?
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            // A comment is at the line's beginning or after white space: “x @ https://host/a#egg=x” has none.
            var body = withoutComment(String(line))
            let goesOn = body.hasSuffix("\\")
            if goesOn { body.removeLast() }
            if start == nil, let first = body.unicodeScalars.firstIndex(where: { !$0.properties.isWhitespace }) {
                start = Mark(line: index + 1, column: body.unicodeScalars.distance(from: body.startIndex, to: first) + 1)
            }
            open += body
            if goesOn { continue }
            if let start { lines.append((start, open.trimmed)) }
            (open, start) = ("", nil)
        }
        if let start { lines.append((start, open.trimmed)) }
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
