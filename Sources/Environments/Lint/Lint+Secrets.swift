import YAML

extension Lint {
    /// The passwords and tokens in a recipe's URLs, which nothing that is kept may have; of the rules this one alone.
    public static func secrets(in text: String) -> [LintFinding] {
        guard let recipe = try? Recipe(yaml: text), let root = try? Node.parse(text) else { return [] }
        return LintSubject(source: ExpandedRecipe(text), recipe: recipe, root: root, context: LintContext()).secrets.inOrder
    }
}
