import Phrases
import YAML

/// A recipe that can't be edited by itself: why, and what to do.
public struct RecipeEditError: PhrasedError, Sendable, Equatable {
    public let phrase: Phrase
}

/// Edits the lists of a recipe line by line.
struct RecipeEdit {
    let text: PlacedText
    let recipe: Recipe
    private var edits: [TextEdit] = []
    private var newConda: [String] = []
    private var newPip: [String] = []

    init(text: PlacedText, recipe: Recipe) {
        self.text = text
        self.recipe = recipe
    }

    /// Takes what asks for the package away; nothing where it was only pulled in.
    mutating func remove(_ key: String) throws(RecipeEditError) {
        let marks =
            recipe.dependencies.filter { normalised($0.name) == key }.map { ($0.spec, $0.mark) }
            + recipe.pip.filter { RequirementParts($0.text)?.name == key }.map { ($0.text, $0.mark) }
        for (item, mark) in marks {
            guard isAlone(item, at: mark) else { throw Self.byHand(item, mark) }
            edits.append(.delete(line: mark.line))
        }
    }

    mutating func set(conda spec: String, for name: String) throws(RecipeEditError) {
        guard let present = recipe.dependencies.first(where: { $0.name == name.lowercased() }) else { return newConda.append(spec) }
        try replace(present.spec, at: present.mark, with: spec)
    }

    mutating func set(pip requirement: String, for key: String) throws(RecipeEditError) {
        guard let present = recipe.pip.first(where: { RequirementParts($0.text)?.name == key }) else { return newPip.append(requirement) }
        try replace(present.text, at: present.mark, with: requirement)
    }

    private mutating func replace(_ old: String, at mark: Mark, with new: String) throws(RecipeEditError) {
        guard let start = text.inside(old, at: mark) else { throw Self.byHand(old, mark) }
        edits.append(TextEdit(from: start, to: Mark(line: start.line, column: start.column + old.unicodeScalars.count), new))
    }

    /// The text with all edits and what is new behind the last line of its list.
    var result: String {
        var edits = edits
        let condaAfter = recipe.dependencies.last?.mark
        let indent = condaAfter.map { text.line($0.line).prefix { $0 == " " } } ?? "  "
        var below: [String] = newConda.map { "\(indent)- \($0)" }
        if let last = recipe.pip.last?.mark {
            let pipIndent = text.line(last.line).prefix { $0 == " " }
            edits += newPip.map { .insert("\(pipIndent)- \($0)", beforeLine: last.line + 1) }
        } else if !newPip.isEmpty {
            if !recipe.dependencies.contains(where: { $0.name == "pip" }) { below.append("\(indent)- pip") }
            below.append("\(indent)- pip:")
            below += newPip.map { "\(indent)    - \($0)" }
        }
        if !below.isEmpty {
            let line = (condaAfter?.line ?? 0) + 1
            edits.append(.insert(below.joined(separator: "\n"), beforeLine: line))
        }
        return text.applying(edits)
    }

    private func isAlone(_ item: String, at mark: Mark) -> Bool {
        guard text.length(ofLine: mark.line) < item.unicodeScalars.count + 1000 else { return false }
        let line = text.line(mark.line).trimmed
        return line.hasPrefix("- ") && line.contains(item) && !line.dropFirst(2).contains("- ") && !line.contains("[")
    }

    private static func byHand(_ item: String, _ mark: Mark) -> RecipeEditError {
        RecipeEditError(
            phrase:
                "“\(item)” in line \(mark.line) shares its line with something else, so it can't be changed by itself. Write each package on a line of its own, after “- ”, and save again."
        )
    }
}
