import Environments
import Phrases

/// What somebody gives to be built: a recipe or a lock, or what other tools read, which becomes a recipe.
struct GivenRecipe {
    /// What is built.
    let text: String
    /// What it was made of; nil where it was a recipe or a lock already.
    let imported: ImportedRecipe?
    /// Whether what lies beside a recipe was put into it.
    let isExpanded: Bool

    /// What of a manifest is meant beside what is always in it, and what lies beside what is given.
    struct Choice: Decodable {
        /// What `-r` and `-c` name, by the path from there.
        var files: [String: String]?
        /// Environments, features, extras and groups.
        var choose: [String]?
        /// The version of Python, where the manifest doesn't say.
        var python: String?

        var isMade: Bool { choose?.isEmpty == false || python != nil }
    }

    /// - Parameter name: What to call it; nil for the manifest's own name.
    /// - Throws: where the text can't be read as what it is, or is no manifest and something was chosen of it.
    init(_ text: String, named name: String?, _ choice: Choice) throws(HubError) {
        if let problem = RecipeSize.problem(of: text) { throw HubError(.contentTooLarge, problem) }
        guard let form = ImportedRecipe.Form(given: text) else {
            guard !choice.isMade else {
                throw HubError(
                    .badRequest,
                    "“choose” and “python” are for a pixi.toml, pyproject.toml or requirements.txt, and “recipe” is none. Leave them out, and write what you want into the recipe."
                )
            }
            let source = try Self.expanded(text, choice.files)
            (self.text, imported, isExpanded) = (source.text, nil, source.namesFiles)
            return
        }
        do throws(ImportError) {
            let made = try ImportedRecipe(
                text, as: form, named: name, python: choice.python, choosing: choice.choose ?? [],
                read: choice.files.map { files in { files[$0] } })
            (self.text, imported, isExpanded) = (made.text, made, false)
        } catch {
            throw HubError(.badRequest, error.phrase)
        }
    }

    /// A recipe with what was sent along in it, as it is built; where nothing was, it is looked over as it is.
    private static func expanded(_ text: String, _ files: [String: String]?) throws(HubError) -> ExpandedRecipe {
        guard let files else { return ExpandedRecipe(text) }
        let source = ExpandedRecipe(text, named: "environment.yml") { files[$0] }
        let unread = Lint.findings(in: source).first { source.namesFiles && $0.rule == .invalidRecipe }
        guard let unread else { return source }
        throw HubError(.badRequest, "\(unread.file ?? "environment.yml"), line \(unread.mark.line): \(unread.what) \(unread.remedy)")
    }

    /// For the answer to whoever gave it: the recipe that was made, and what is not in it.
    var json: [String: JSONValue] {
        if isExpanded { return ["recipe": .string(text)] }
        guard let imported else { return [:] }
        return [
            "recipe": .string(imported.text), "notices": .array(imported.notices.map { .string($0.english) }),
            "choices": .array(imported.choices.map { .string($0) }),
        ]
    }
}

extension ImportedRecipe.Form {
    /// What a text is that comes without the name of its file: one word alone would be a requirements.txt, and is nothing.
    init?(given text: String) {
        guard text.split(whereSeparator: \.isWhitespace).count > 1 || text.contains(where: { "=<>~@[".contains($0) }) else { return nil }
        self.init(of: text)
    }
}
