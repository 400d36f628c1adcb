import TOMLKit

/// A `pyproject.toml` (PEP 621, PEP 735), with its `[tool.pixi]` where it has one.
struct ProjectManifest {
    private let root: TOMLTable
    private let choices: [String]

    init(_ text: String, choices: [String]) throws(ImportError) {
        root = try TOMLReading.root(of: text, file: "pyproject.toml")
        self.choices = choices
    }

    func fill(_ draft: inout RecipeDraft) {
        let project = root.table("project") ?? TOMLTable()
        draft.name = project["name"]?.string
        if let python = project["requires-python"]?.string { draft.conda.append(Self.python(python)) }
        take(project.texts("dependencies"), &draft)
        for dynamic in project.texts("dynamic") where dynamic.hasSuffix("dependencies") {
            leave("project.\(dynamic)", "it is made by the project's build; write it down", &draft)
        }
        choose(from: project.table("optional-dependencies"), named: "project.optional-dependencies", &draft)
        choose(from: root.table("dependency-groups"), named: "dependency-groups", &draft)
        if root.table("tool", "poetry") != nil {
            leave("tool.poetry", "its versions have rules of their own; “poetry export” writes a requirements.txt", &draft)
        }
        if root.table("tool", "uv", "sources") != nil { leave("tool.uv.sources", "pip doesn't know them", &draft) }
        if let pixi = root.table("tool", "pixi") { PixiManifest(pixi, prefix: "tool.pixi.", choices: choices).fill(&draft) }
        if draft.name != nil, root.table("project") != nil {
            draft.notices.append("The project itself is not installed, only what it needs; install it from your home directory.")
        }
        // pixi's own “python” decides where both name it.
        if draft.conda.count(where: { MatchSpecName.name(in: $0) == "python" }) > 1 { draft.conda.removeFirst() }
    }

    private func choose(from groups: TOMLTable?, named place: String, _ draft: inout RecipeDraft) {
        draft.choices += groups?.keys ?? []
        for name in groups?.keys ?? [] {
            if choices.contains(name) {
                take(groups?.texts(name) ?? [], &draft)
                if groups?[name]?.array?.contains(where: { $0.table != nil }) == true {
                    leave("\(place).\(name)", "of its entries those that include other groups; choose these too", &draft)
                }
            } else {
                leave("\(place).\(name)", "choose it with --choose \(name)", &draft)
            }
        }
    }

    private func take(_ requirements: [String], _ draft: inout RecipeDraft) {
        for line in requirements {
            if let refusal = PipLine.refusal(of: line) {
                draft.notices.append("\(refusal.what) \(refusal.remedy)")
            } else {
                draft.pip.append(line)
            }
        }
    }

    /// `>=3.10,<3.13` of pip's and conda's spelling alike; `~=3.11` and `==3.11.*` too.
    private static func python(_ version: String) -> String {
        let version = version.filter { $0 != " " }
        return version.first?.isNumber == true ? "python=\(version)" : "python\(version)"
    }

    private func leave(_ place: String, _ why: String, _ draft: inout RecipeDraft) {
        draft.notices.append("“\(place)” is left out: \(why).")
    }
}
