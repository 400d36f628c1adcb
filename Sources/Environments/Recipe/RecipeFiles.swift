import YAML

/// A recipe whose `pip:` part names files that lie beside it: read there, because a recipe travels alone.
public enum RecipeFiles {
    /// The recipe with the requirements themselves in the place of `-r FILE`, and `-c FILE` as versions of those that are
    /// named. Everything else, comments and order too, stays as it is; so does a line whose file isn't there.
    ///
    /// - Parameter read: The text of a file, by its path from where the recipe lies; nil where it isn't there.
    public static func expanded(_ text: String, read: @escaping (String) -> String?) -> String {
        guard let items = pipItems(of: text), items.contains(where: { RequirementFiles.Reference($0.text) != nil }) else { return text }
        let placed = PlacedText(text)
        var files = RequirementFiles(read: read)
        var kept: [Recipe.Line] = []
        var replaced: [(line: Recipe.Line, by: [String])] = []
        for item in items {
            guard RequirementFiles.Reference(item.text) != nil else { kept.append(item); continue }
            guard isAlone(item, in: placed), let lines = files.lines(for: item.text) else { continue }
            replaced.append((item, lines))
        }
        guard !replaced.isEmpty else { return text }
        var constraints = RequirementConstraints(files.constraints)
        var edits: [TextEdit] = []
        for item in kept {
            let narrowed = constraints.apply(to: item.text)
            guard narrowed != item.text, let start = placed.inside(item.text, at: item.mark) else { continue }
            // A plain scalar may not hold what was added, so the whole of it is written anew.
            let quote = start == item.mark ? 0 : 1
            let end = Mark(line: start.line, column: start.column + item.text.unicodeScalars.count + quote)
            edits.append(TextEdit(from: item.mark, to: end, YAMLText.scalar(narrowed)))
        }
        let bodies = replaced.map { entry in (entry.line, entry.by.map { constraints.apply(to: $0) }) }
        for (index, (item, lines)) in bodies.enumerated() {
            let indent = placed.line(item.mark.line).prefix { $0 == " " }
            var body = ["\(indent)# \(item.text)"] + lines.map { "\(indent)- \(YAMLText.scalar($0))" }
            if index == bodies.count - 1 {
                body += constraints.unused.map { "\(indent)# left out, because nothing here names it: \($0)" }
            }
            let (start, end) = (Mark(line: item.mark.line, column: 1), Mark(line: item.mark.line + 1, column: 1))
            edits.append(TextEdit(from: start, to: end, body.joined(separator: "\n") + "\n"))
        }
        return placed.applying(edits)
    }

    /// The lines of `pip:`; nil for a text that is no recipe.
    private static func pipItems(of text: String) -> [Recipe.Line]? {
        guard let root = try? Node.parse(text), let dependencies = root["dependencies"]?.sequence else { return nil }
        return dependencies.compactMap(\.mapping).flatMap { $0 }.filter { $0.key.scalar?.text == "pip" }
            .flatMap { $0.value.sequence ?? [] }
            .compactMap { item in item.scalar.map { Recipe.Line($0.text, at: item.mark) } }
    }

    /// Whether an item has its line for itself, after “- ”.
    private static func isAlone(_ item: Recipe.Line, in text: PlacedText) -> Bool {
        let line = text.line(item.mark.line)
        return text.inside(item.text, at: item.mark) != nil && line.prefix(max(item.mark.column - 1, 0)).filter { $0 != " " } == "-"
    }
}

extension ImportedRecipe {
    /// A `requirements.txt` with the files that it names in it, to be made a recipe of. `-c` becomes versions.
    public static func requirements(_ text: String, read: @escaping (String) -> String?) -> String {
        var files = RequirementFiles(read: read)
        let lines = Requirements.logicalLines(of: text).flatMap { files.lines(for: $0.line) ?? [$0.line] }
        var constraints = RequirementConstraints(files.constraints)
        return lines.map { constraints.apply(to: $0) }.joined(separator: "\n") + "\n"
    }
}
