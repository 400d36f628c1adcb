import YAML

extension ExpandedRecipe {
    /// Puts the requirements themselves in the place of `-r FILE`, and takes `-c FILE` as versions of those that are
    /// named. Everything else, comments and order too, stays as it is; so does a line whose file can't be read.
    ///
    /// - Parameters:
    ///   - file: The recipe's own file, as the person named it.
    ///   - read: The text of a file, by its path from where the recipe lies; nil where it isn't there. No function for
    ///     standard input, beside which there is nothing.
    public init(_ text: String, named file: String, read: ((String) -> String?)?) {
        guard let items = Self.pipItems(of: text), items.contains(where: { RequirementFiles.Reference($0.text) != nil }) else {
            self.init(text)
            return
        }
        let placed = PlacedText(text)
        var files = RequirementFiles(in: RelativePath.directory(of: file), read: read ?? { _ in nil })
        var kept: [Recipe.Line] = []
        var replaced: [(item: Recipe.Line, by: [RequirementFiles.Line])] = []
        var unread: [Mark: UnreadFile] = [:]
        for item in items {
            guard let reference = RequirementFiles.Reference(item.text) else { kept.append(item); continue }
            do throws(UnreadFile) {
                guard read != nil else { throw UnreadFile(written: item.text, place: nil, reason: .nowhere) }
                guard Self.isAlone(item, in: placed) else { throw UnreadFile(written: item.text, place: nil, reason: .sharesLine) }
                replaced.append((item, try files.lines(of: reference)))
            } catch {
                unread[item.mark] = error
            }
        }
        guard !replaced.isEmpty else {
            self.init(text, of: text, origins: [], unread: unread)
            return
        }
        var constraints = RequirementConstraints(files.constraints)
        var lines = ExpandedLines(placed)
        for item in kept { lines.narrow(item, to: constraints.apply(to: item.text)) }
        let bodies = replaced.map { entry in
            (item: entry.item, lines: entry.by.map { (text: constraints.apply(to: $0.text), place: $0.place) })
        }
        for (index, body) in bodies.enumerated() {
            let remarks = index == bodies.count - 1 ? constraints.unused.map { "left out, because nothing here names it: \($0)" } : []
            lines.replace(body.item, by: body.lines, remarks: remarks)
        }
        let (whole, origins) = lines.joined
        self.init(whole, of: text, origins: origins, unread: unread)
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
