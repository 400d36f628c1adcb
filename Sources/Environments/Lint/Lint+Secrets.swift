extension Lint {
    /// The passwords and tokens in a recipe's URLs, which nothing that is kept may have; of the rules this one alone.
    public static func secrets(in text: String) -> [LintFinding] {
        LintSubject(ExpandedRecipe(text), LintContext())?.secrets.inOrder ?? []
    }

    /// Whether any URL in a text has one, also in a text that is no recipe.
    public static func hasSecret(_ text: String) -> Bool { URLSecret.isIn(text) }
}
