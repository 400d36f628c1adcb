import Environments
import HTTPTypes

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

extension HubServices {
    /// What the editor shows where other tools' text was given: it becomes a recipe, which is looked over before it is built,
    /// for not everything can be in it.
    ///
    /// - Parameters:
    ///   - text: What stays in the editor where it can't.
    ///   - name: What to call it; nil for the manifest's own name.
    func imported(
        _ manifest: ManifestForm, _ text: String, named name: String?, _ wish: RecipeWish, for account: String
    ) async -> (values: [String: Any], status: HTTPResponse.Status) {
        do throws(ImportError) {
            let imported = try manifest.imported(named: name)
            var values = await RecipeReview(hub: self, account: account).editor(imported.text, wish)
            values["imported"] = texts("environment", "imported")
            values["left"] = imported.notices.map { texts($0) }
            return (values.merging(manifest.values) { $1 }, .ok)
        } catch {
            let values = ["recipe": text, "alert": texts(error.phrase)].merging(wish.values) { $1 }
            return (values.merging(manifest.values) { $1 }, .badRequest)
        }
    }
}

extension FormBody {
    /// A recipe with what was uploaded beside it in it, where it names that; a browser tells no directories.
    func whole(_ recipe: String) -> String {
        if files.isEmpty { return recipe }
        return ExpandedRecipe(recipe, named: "environment.yml") { path in
            (files[path] ?? path.split(separator: "/").last.flatMap { files[String($0)] })?.unixLines
        }.text
    }
}
