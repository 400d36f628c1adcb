import Phrases

/// A recipe made of what other tools read: `pixi.toml`, `pyproject.toml` or `requirements.txt`.
///
/// ```swift
/// if let form = ImportedRecipe.Form(of: text) {
///     let imported = try ImportedRecipe(text, as: form, named: "lab")
///     imported.notices  // what is not in the recipe, and why
/// }
/// ```
public struct ImportedRecipe: Sendable, Equatable {
    /// Which of them a text is.
    public enum Form: Sendable, Equatable {
        case pixi, pyproject, requirements

        /// By the text itself; nil where it is an `environment.yml`, or nothing that is known.
        public init?(of text: String) {
            let lines = text.split(whereSeparator: \.isNewline).map { String($0).trimmed }.filter { !$0.isEmpty && !$0.hasPrefix("#") }
            let tables = Set(lines.filter { $0.hasPrefix("[") && $0.hasSuffix("]") }.map { $0.filter { $0 != "[" && $0 != "]" } })
            if tables.contains(where: { $0 == "project" || $0 == "build-system" || $0.hasPrefix("tool.") }),
                !tables.contains("dependencies")
            {
                self = .pyproject
            } else if tables.contains(where: { ["workspace", "project", "dependencies", "pypi-dependencies"].contains($0) }) {
                self = .pixi
            } else if !lines.isEmpty, lines.allSatisfy({ PipLine.isOption($0) || RequirementParts($0) != nil && !$0.hasSuffix(":") }),
                !lines.contains(where: { $0.hasPrefix("- ") || $0.hasPrefix("--- ") })
            {
                self = .requirements
            } else {
                return nil
            }
        }
    }

    /// The text of an `environment.yml`.
    public let text: String
    /// What is not in it, each in whole sentences.
    public let notices: [Phrase]
    /// The environments and features, extras and groups of the manifest that can be wanted too, each once.
    public let choices: [String]

    /// - Parameters:
    ///   - name: What to call it; nil for the manifest's own name.
    ///   - python: The version of Python, where the text doesn't say.
    ///   - choices: Environments and features of pixi's, extras and groups of a project's, that are wanted too.
    ///   - read: The text of a file that a requirement names by `-r` or `-c`, by its path from where the text lies; nil
    ///     where it isn't there. No function where there is nothing beside it.
    /// - Throws: where the text is no TOML, or has not what is chosen of it.
    public init(
        _ text: String, as form: Form, named name: String? = nil, python: String? = nil, choosing choices: [String] = [],
        read: ((String) -> String?)? = nil
    ) throws(ImportError) {
        if let python, !Self.isVersion(python) {
            throw ImportError("“\(python.prefix(40))” is no version of Python. Write one such as 3.12.")
        }
        var draft = RecipeDraft()
        switch form {
        case .requirements:
            let requirements = Requirements(text, read: read)
            draft.pip = requirements.lines
            draft.notices = requirements.notices
        case .pixi: try PixiManifest(text, choices: choices).fill(&draft)
        case .pyproject: try ProjectManifest(text, choices: choices).fill(&draft)
        }
        var seen: Set<String> = []
        let known = draft.choices.filter { seen.insert($0).inserted }
        if let unknown = choices.first(where: { !seen.contains($0) }) {
            throw ImportError(
                known.isEmpty
                    ? "“\(unknown.prefix(80))” can't be chosen: the file has no environments, features, extras or groups."
                    : "“\(unknown.prefix(80))” can't be chosen: of environments, features, extras and groups the file has \(known.joined(separator: ", "))."
            )
        }
        self.choices = known
        self.text = draft.text(named: name, python: python)
        notices = draft.notices
    }

    /// `3`, `3.12` or `3.12.1`; `3.12.*` too.
    private static func isVersion(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return (1...3).contains(parts.count) && parts[0].first?.isNumber == true
            && parts.allSatisfy { (1...3).contains($0.count) && ($0 == "*" || $0.allSatisfy { $0.isASCII && $0.isNumber }) }
    }
}

/// Why a manifest can't be read.
public struct ImportError: PhrasedError, Sendable, Equatable {
    /// What is wrong, where, and what to do.
    public let phrase: Phrase

    init(_ phrase: Phrase) { self.phrase = phrase }

    /// What makes a text that is meant as TOML none; nil where it is TOML, or not meant as that.
    public init?(inTOML text: String, file: String) {
        let hasTable = text.split(whereSeparator: \.isNewline).contains { String($0).trimmed.hasPrefix("[") }
        guard file.hasSuffix(".toml") || hasTable else { return nil }
        do throws(ImportError) {
            _ = try TOMLReading.root(of: text, file: file)
            return nil
        } catch {
            self = error
        }
    }
}
