import Phrases
import YAML

/// Looks a recipe over: what can't work, what will break elsewhere or soon, what could be better.
///
/// ```swift
/// for finding in Lint.findings(in: text, context: LintContext(platform: "linux-64")) {
///     print("environment.yml:\(finding.mark): \(finding.what) \(finding.remedy)")
/// }
/// let (better, mended) = Lint.fixed(text)
/// ```
public enum Lint {
    /// All there is to say, in the order of the text. A recipe that can't be read gives only the reasons.
    public static func findings(in text: String, context: LintContext = LintContext()) -> [LintFinding] {
        findings(in: ExpandedRecipe(text), context: context)
    }

    /// The same of a recipe with files beside it, each finding at its own place in what was written.
    public static func findings(in source: ExpandedRecipe, context: LintContext = LintContext()) -> [LintFinding] {
        let recipe: Recipe
        let root: Node?
        do {
            recipe = try Recipe(yaml: source.text)
            root = try? Node.parse(source.text)
        } catch {
            return error.problems.map { source.placed(LintFinding(.invalidRecipe, $0.mark, $0.what, $0.remedy)) }.inOrder
        }
        guard let root else { return [] }
        let subject = LintSubject(source: source, recipe: recipe, root: root, context: context)
        let found =
            subject.secrets + subject.cuda + subject.lockedCUDA + subject.gpuWithoutProfile + subject.buildPinned + subject.noPython
            + subject.unpinned
            + subject.pipMissing + subject.mixedChannels + subject.deadChannels + subject.deadPackages + subject.duplicates
            + subject.condaAndPip + subject.pipHasConda + subject.freezeBloat + subject.jupyterMissing + subject.platformMissing
            + subject.prefixIgnored
        return found.map(source.placed).inOrder
    }

    /// The text with everything mended that is safe to mend, and what was.
    ///
    /// - Parameter expanded: Puts the files beside the recipe into it. They are looked over too; what is mended is the
    ///   recipe alone, as it was written.
    public static func fixed(
        _ text: String, context: LintContext = LintContext(), expanded: (String) -> ExpandedRecipe = { ExpandedRecipe($0) }
    ) -> (text: String, mended: [LintFinding]) {
        var text = text
        var mended: [LintFinding] = []
        // A fix can make room for another on the same line; each makes the recipe smaller or plainer.
        for _ in 0..<10 {
            var fixes: [LintFinding] = []
            var taken: Set<Int> = []
            for finding in findings(in: expanded(text), context: context) where !finding.fix.isEmpty {
                // Two on one line: the second waits for the next round.
                guard taken.isDisjoint(with: finding.touched) else { continue }
                taken.formUnion(finding.touched)
                fixes.append(finding)
            }
            if fixes.isEmpty { break }
            let next = PlacedText(text).applying(fixes.flatMap(\.fix))
            // Never give back what can't be read.
            guard (try? Recipe(yaml: expanded(next).text)) != nil else { break }
            text = next
            mended += fixes
        }
        return (text, mended)
    }
}

extension LintFinding {
    /// The lines that its fix changes.
    fileprivate var touched: Set<Int> {
        Set(fix.flatMap { [$0.start.line, max($0.start.line, $0.end.line - ($0.end.column == 1 ? 1 : 0))] })
    }
}

/// A recipe and all that rules look at.
struct LintSubject {
    let source: ExpandedRecipe
    let text: PlacedText
    let recipe: Recipe
    let root: Node
    let context: LintContext

    /// Nil where the recipe can't be read.
    init?(_ source: ExpandedRecipe, _ context: LintContext) {
        guard let recipe = try? Recipe(yaml: source.text), let root = try? Node.parse(source.text) else { return nil }
        self.init(source: source, recipe: recipe, root: root, context: context)
    }

    init(source: ExpandedRecipe, recipe: Recipe, root: Node, context: LintContext) {
        self.source = source
        text = PlacedText(source.text)
        self.recipe = recipe
        self.root = root
        self.context = context
    }

    /// A line, as it is named to whoever looks at another.
    func line(_ mark: Mark, from other: Mark) -> Phrase {
        let place = source.place(of: mark)
        guard place.file != source.place(of: other).file else { return "line \(place.mark.line)" }
        if let file = place.file { return "line \(place.mark.line) of \(file)" }
        return "line \(place.mark.line) of the recipe"
    }

    /// Replaces the text of the scalar at `mark`; nothing where it isn't written there letter for letter.
    func replacing(_ old: String, at mark: Mark, with new: String) -> [TextEdit] {
        guard let start = text.inside(old, at: mark) else { return [] }
        let end = Mark(line: start.line, column: start.column + old.unicodeScalars.count)
        return [TextEdit(from: start, to: end, new)]
    }

    /// Takes a list's item away where it has a line of its own and nothing else, a comment included, is lost.
    func removing(_ item: String, at mark: Mark) -> [TextEdit] {
        // A line that is much longer has more in it, and reading it for each of its items would take for ever.
        guard text.length(ofLine: mark.line) < item.unicodeScalars.count + 1000 else { return [] }
        let line = text.line(mark.line).trimmed
        let alone = ["- \(item)", "- '\(item)'", "- \"\(item)\""]
        guard alone.contains(line) else { return [] }
        return [.delete(line: mark.line)]
    }
}
