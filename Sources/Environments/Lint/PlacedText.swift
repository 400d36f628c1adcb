import YAML

/// A text by lines and columns as libyaml counts them: in Unicode scalars, with CR, LF, CR LF, NEL, LS
/// and PS as ends of lines (YAML 1.1, 5.4), a byte order mark not counted.
struct PlacedText {
    let scalars: [Unicode.Scalar]
    private static let ends: Set<Unicode.Scalar> = ["\r", "\n", "\u{85}", "\u{2028}", "\u{2029}"]
    /// Where each line begins.
    private var starts: [Int]

    init(_ text: String) {
        scalars = Array(text.unicodeScalars)
        var index = scalars.first == "\u{FEFF}" ? 1 : 0
        starts = [index]
        while index < scalars.count {
            if scalars[index] == "\r", index + 1 < scalars.count, scalars[index + 1] == "\n" { index += 1 }
            if Self.ends.contains(scalars[index]) { starts.append(index + 1) }
            index += 1
        }
    }

    /// The place in ``scalars``.
    func offset(of mark: Mark) -> Int {
        guard mark.line <= starts.count else { return scalars.count }
        return min(starts[mark.line - 1] + mark.column - 1, scalars.count)
    }

    /// How many scalars a line has, with its end.
    func length(ofLine number: Int) -> Int { range(ofLine: number).count }

    private func range(ofLine number: Int) -> Range<Int> {
        guard (1...starts.count).contains(number) else { return 0..<0 }
        return starts[number - 1]..<(number < starts.count ? starts[number] : scalars.count)
    }

    /// How many lines there are; what stands behind the last end of line is one, if only an empty one.
    var lineCount: Int { starts.count }

    /// A line without its end.
    func line(_ number: Int) -> String {
        String(String.UnicodeScalarView(scalars[range(ofLine: number)].prefix { !Self.ends.contains($0) }))
    }

    /// How a line ends; empty for the text's last.
    func ending(ofLine number: Int) -> String {
        String(String.UnicodeScalarView(scalars[range(ofLine: number)].drop { !Self.ends.contains($0) }))
    }

    /// Where `text` begins inside the scalar at `mark`, quotes left aside; nil where it isn't written there
    /// letter for letter (escapes, an alias, several lines).
    func inside(_ text: String, at mark: Mark) -> Mark? {
        let offset = offset(of: mark)
        let wanted = Array(text.unicodeScalars)
        guard offset < scalars.count else { return nil }
        let quote: Unicode.Scalar? = ["'", "\""].contains(scalars[offset]) ? scalars[offset] : nil
        let start = offset + (quote == nil ? 0 : 1)
        guard start + wanted.count <= scalars.count, Array(scalars[start..<(start + wanted.count)]) == wanted else { return nil }
        if let quote, start + wanted.count >= scalars.count || scalars[start + wanted.count] != quote { return nil }
        return Mark(line: mark.line, column: mark.column + start - offset)
    }

    /// The text with the edits made. Of two that touch the same place only the first is.
    func applying(_ edits: [TextEdit]) -> String {
        var result = String.UnicodeScalarView()
        var position = 0
        // New lines end as the text's own do.
        let ending = ending(ofLine: 1).isEmpty ? "\n" : ending(ofLine: 1)
        let placed = edits.map { edit in
            (start: offset(of: edit.start), end: offset(of: edit.end), text: edit.replacement.replacing("\n", with: ending))
        }
        for edit in placed.sorted(by: { $0.start < $1.start }) where edit.start >= position {
            result.append(contentsOf: scalars[position..<edit.start])
            if edit.start == scalars.count, edit.text.hasSuffix(ending), scalars.last.map({ $0 != "\n" }) == true {
                result.append(contentsOf: ending.unicodeScalars)
            }
            result.append(contentsOf: edit.text.unicodeScalars)
            position = max(edit.end, edit.start)
        }
        result.append(contentsOf: scalars[position...])
        return String(result)
    }
}
