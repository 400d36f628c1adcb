import Environments

/// A manifest of another tool that a recipe was made of, as the page of a new environment keeps it: what else of it is
/// wanted can be chosen, and the recipe made anew.
struct ManifestForm {
    private let text: String
    private let form: ImportedRecipe.Form
    private let chosen: [String]
    private let python: String?

    /// One that was just given; nil where the text is none.
    init?(of text: String) {
        guard let form = ImportedRecipe.Form(given: text) else { return nil }
        (self.text, self.form, chosen, python) = (text, form, [], nil)
    }

    /// The one that the page kept, with what is chosen there; nil where it kept none.
    init?(_ body: FormBody) {
        guard let text = body["manifest"]?.unixLines, let form = ImportedRecipe.Form(of: text) else { return nil }
        self.text = text
        self.form = form
        chosen = body.texts.filter { $0.key.hasPrefix("choose.") }.values.sorted()
        python = body.filled("python")
    }

    func imported(named name: String?) throws(ImportError) -> ImportedRecipe {
        try ImportedRecipe(text, as: form, named: name, python: python, choosing: chosen)
    }

    /// For the page.
    var values: [String: Any] {
        let choices = (try? ImportedRecipe(text, as: form))?.choices ?? []
        return [
            "manifest": [
                "text": text, "python": python ?? "",
                "choices": choices.enumerated().map { index, name in
                    ["index": index, "name": name, "chosen": chosen.contains(name)] as [String: Any]
                }, "hasChoices": !choices.isEmpty,
            ] as [String: Any]
        ]
    }
}
