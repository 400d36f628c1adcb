import YAML

extension Lint {
    /// The recipe without the packages that come with others anyway, and which these are; comments and order stay.
    /// Whether it solves to the same lock, a solver can tell.
    ///
    /// - Parameter held: Packages that stay in any case.
    /// - Returns: nil where there are too few to matter, or they don't stand on lines of their own.
    public static func minimal(_ text: String, lock: Lock, keeping held: Set<String> = []) -> (text: String, superfluous: Set<String>)? {
        guard let recipe = try? Recipe(yaml: text), let root = try? Node.parse(text) else { return nil }
        let subject = LintSubject(source: ExpandedRecipe(text), recipe: recipe, root: root, context: LintContext(lock: lock, held: held))
        guard !subject.freezeBloat.isEmpty else { return nil }
        let superfluous = lock.minimalRoots(of: recipe, keeping: held).superfluous
        let edits = recipe.dependencies.filter { superfluous.contains($0.name) }.map { subject.removing($0.spec, at: $0.mark) }
        guard edits.allSatisfy({ !$0.isEmpty }) else { return nil }
        return (subject.text.applying(edits.flatMap { $0 }), superfluous)
    }
}
