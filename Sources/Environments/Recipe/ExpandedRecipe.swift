import YAML

/// A recipe with the requirements themselves in the place of `-r FILE` and `-c FILE`, because a recipe travels alone; and
/// where each of its lines came from, because people mend what they wrote.
///
/// ```swift
/// let recipe = ExpandedRecipe(text, named: "envs/environment.yml") { path in contents(of: "envs/" + path) }
/// recipe.text                                  // what is solved and built
/// recipe.place(of: Mark(line: 9, column: 11))  // “envs/requirements.txt”, 3:1
/// ```
public struct ExpandedRecipe: Sendable, Equatable {
    /// Where something stands in what people wrote.
    public struct Place: Sendable, Equatable {
        /// A file beside the recipe, as the person would name it who named the recipe; nil for the recipe itself.
        public let file: String?
        public let mark: Mark
    }

    /// Where a line came from.
    enum Origin: Sendable, Equatable {
        /// A line of the recipe, with what was written anew in it, in order.
        case own(line: Int, rewritten: [Rewritten])
        /// A remark in the place of what stood there in the recipe.
        case remark(Mark)
        /// A line of a file beside it.
        case beside(Place)
    }

    /// A part of a line that was written anew: its columns, and those of what had been there.
    struct Rewritten: Sendable, Equatable {
        let columns: Range<Int>
        let original: Range<Int>
    }

    /// The recipe as it was written.
    public let written: String
    /// The whole recipe.
    public let text: String
    /// By line; empty where nothing was put anywhere, and every line is its own.
    let origins: [Origin]
    /// What names a file and stays, by its place in the recipe.
    let unread: [Mark: UnreadFile]

    /// A recipe that travels alone, as it is.
    public init(_ text: String) { self.init(text, of: text, origins: [], unread: [:]) }

    init(_ text: String, of written: String, origins: [Origin], unread: [Mark: UnreadFile]) {
        self.written = written
        self.text = text
        self.origins = origins
        self.unread = unread
    }

    /// Whether it names files, whether or not they could be read.
    public var namesFiles: Bool { !origins.isEmpty || !unread.isEmpty }

    /// Where what stands in ``text`` was written.
    public func place(of mark: Mark) -> Place {
        guard let last = origins.last else { return Place(file: nil, mark: mark) }
        switch origins.indices.contains(mark.line - 1) ? origins[mark.line - 1] : last {
        case .own(let line, let rewritten): return Place(file: nil, mark: Mark(line: line, column: Self.column(mark.column, rewritten)))
        case .remark(let mark): return Place(file: nil, mark: mark)
        case .beside(let place): return place
        }
    }

    private static func column(_ column: Int, _ rewritten: [Rewritten]) -> Int {
        guard let before = rewritten.last(where: { $0.columns.lowerBound <= column }) else { return column }
        if before.columns.contains(column) { return before.original.lowerBound }
        return before.original.upperBound + column - before.columns.upperBound
    }

    /// An edit of ``text`` as one of the recipe; nil where it touches what isn't written there.
    func own(_ edit: TextEdit) -> TextEdit? {
        guard !origins.isEmpty else { return edit }
        let isWholeLines = edit.start.column == 1 && edit.end.column == 1 && edit.end.line > edit.start.line
        let last = isWholeLines ? edit.end.line - 1 : edit.end.line
        var lines: [Int] = []
        for number in edit.start.line...last {
            guard origins.indices.contains(number - 1), case .own(let line, let rewritten) = origins[number - 1] else { return nil }
            guard lines.last.map({ $0 + 1 == line }) ?? true, isWholeLines || rewritten.isEmpty else { return nil }
            lines.append(line)
        }
        guard let first = lines.first, let end = lines.last else { return nil }
        return TextEdit(
            from: Mark(line: first, column: edit.start.column),
            to: Mark(line: isWholeLines ? end + 1 : end, column: edit.end.column), edit.replacement)
    }
}
