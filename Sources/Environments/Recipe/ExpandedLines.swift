import YAML

/// Changes lines of a recipe, and remembers where each came from.
struct ExpandedLines {
    private let placed: PlacedText
    /// What takes a whole line's place, by its number.
    private var bodies: [Int: [(text: String, origin: ExpandedRecipe.Origin)]] = [:]
    /// What is written anew inside of a line, by its number: the columns, and the new words.
    private var rewritten: [Int: [(columns: Range<Int>, text: String)]] = [:]

    init(_ placed: PlacedText) { self.placed = placed }

    /// Writes other words in an item's place; nothing where it isn't written there letter for letter.
    mutating func narrow(_ item: Recipe.Line, to text: String) {
        guard text != item.text, !item.text.contains(where: \.isNewline), let start = placed.inside(item.text, at: item.mark) else {
            return
        }
        // A plain scalar may not hold what was added, so the whole of it is written anew.
        let quote = start == item.mark ? 0 : 1
        let columns = item.mark.column..<(start.column + item.text.unicodeScalars.count + quote)
        rewritten[item.mark.line, default: []].append((columns, YAMLText.scalar(text)))
    }

    /// Puts lines of files in the place of an item that has its line for itself.
    mutating func replace(_ item: Recipe.Line, by lines: [(text: String, place: ExpandedRecipe.Place)], remarks: [String]) {
        let number = item.mark.line
        // An alias can name the same line twice.
        guard bodies[number] == nil else { return }
        let line = placed.line(number), indent = line.prefix { $0 == " " }
        let head = String(line.dropFirst(indent.count + 1)).trimmed
        bodies[number] =
            [("\(indent)# \(head)", .remark(item.mark))] + lines.map { ("\(indent)- \(YAMLText.scalar($0.text))", .beside($0.place)) }
            + remarks.map { ("\(indent)# \($0)", .remark(item.mark)) }
    }

    /// The whole text, and where its lines came from.
    var joined: (text: String, origins: [ExpandedRecipe.Origin]) {
        var text = placed.scalars.first == "\u{FEFF}" ? "\u{FEFF}" : ""
        var origins: [ExpandedRecipe.Origin] = []
        for number in 1...placed.lineCount {
            let ending = placed.ending(ofLine: number)
            if let body = bodies[number] {
                text += body.map(\.text).joined(separator: ending.isEmpty ? "\n" : ending) + ending
                origins += body.map(\.origin)
            } else {
                let (line, changes) = changed(number)
                text += line + ending
                origins.append(.own(line: number, rewritten: changes))
            }
        }
        return (text, origins)
    }

    private func changed(_ number: Int) -> (String, [ExpandedRecipe.Rewritten]) {
        let line = placed.line(number)
        guard let changes = rewritten[number] else { return (line, []) }
        let scalars = Array(line.unicodeScalars)
        var result = String.UnicodeScalarView(), position = 0
        var rewritten: [ExpandedRecipe.Rewritten] = []
        for (columns, text) in changes.sorted(by: { $0.columns.lowerBound < $1.columns.lowerBound }) where columns.lowerBound > position {
            result.append(contentsOf: scalars[position..<(columns.lowerBound - 1)])
            let start = result.count + 1
            result.append(contentsOf: text.unicodeScalars)
            rewritten.append(.init(columns: start..<(result.count + 1), original: columns))
            position = columns.upperBound - 1
        }
        result.append(contentsOf: scalars[position...])
        return (String(result), rewritten)
    }
}
