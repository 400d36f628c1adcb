import YAML

/// conda and pip in one environment.
extension LintSubject {
    /// conda's names where PyPI has another.
    static let condaNames = [
        "torch": "pytorch", "opencv-python": "opencv", "opencv-python-headless": "opencv", "tables": "pytables",
        "msgpack": "msgpack-python", "graphviz": "python-graphviz", "faiss-cpu": "faiss", "tensorboardx": "tensorboardx",
        "pyqt5": "pyqt", "psycopg2-binary": "psycopg2", "build": "python-build", "xgboost": "py-xgboost", "lightgbm": "lightgbm",
    ]

    var pipMissing: [LintFinding] {
        guard recipe.lacksPip, let key = pipKey else { return [] }
        let line = text.line(key.line)
        // “- pip:” on a line of its own in a block list; in “[a, {pip: [b]}]” a line would not do.
        let isBlock = line.trimmed.hasPrefix("- pip") && line.prefix { $0 != "-" }.allSatisfy { $0 == " " }
        let fix = isBlock ? [TextEdit.insert(line.prefix { $0 == " " } + "- pip", beforeLine: key.line)] : []
        return [
            LintFinding(
                .pipMissing, key, "There is a “pip:” list and no “pip” to install it with; newer Pythons bring none.",
                "Add “- pip” above it.", fix: fix)
        ]
    }

    /// The key `pip:`; nil where there is none.
    var pipKey: Mark? {
        for item in root["dependencies"]?.sequence ?? [] {
            if let entry = item.mapping?.first(where: { $0.key.scalar?.text == "pip" }) { return entry.key.mark }
        }
        return nil
    }

    var condaAndPip: [LintFinding] {
        let conda = Dictionary(recipe.dependencies.map { (normalised($0.name), $0) }) { first, _ in first }
        return recipe.pip.compactMap { line in
            guard let parts = RequirementParts(line.text),
                let twin = conda[parts.name] ?? Self.condaNames[parts.name].flatMap({ conda[$0] })
            else { return nil }
            let isBare = parts.version.isEmpty && parts.extras.isEmpty && parts.spelling == line.text && recipe.pip.count > 1
            return LintFinding(
                .condaAndPip, line.mark,
                "“\(parts.spelling)” is asked of pip here and of conda in \(self.line(twin.mark, from: line.mark)); pip would put its files over conda's.",
                "Keep the one of conda.", fix: isBare ? removing(line.text, at: line.mark) : [])
        }
    }

    /// What conda may call a package of pip's.
    static func candidates(_ parts: RequirementParts) -> [String] {
        [condaNames[parts.name], parts.name, parts.spelling.lowercased()].compactMap { $0 }
    }

    var pipHasConda: [LintFinding] {
        let asked = Set(recipe.dependencies.map { normalised($0.name) })
        return recipe.pip.compactMap { line in
            guard let parts = RequirementParts(line.text), !line.text.contains("://") else { return nil }
            guard let name = Self.candidates(parts).first(where: context.channelPackages.contains), !asked.contains(normalised(name)) else {
                return nil
            }
            return LintFinding(
                .pipHasConda, line.mark,
                "The channels have “\(parts.spelling)” as “\(name)”; what conda installs is solved together with the rest.",
                "Move it out of “pip:”, as “- \(name)”.")
        }
    }
}

extension Recipe {
    /// The names under which the channels may have what is asked of pip: for whoever looks
    /// (``LintContext/channelPackages``).
    public var condaCandidates: [String] {
        let names = pip.filter { !$0.text.contains("://") }.compactMap { RequirementParts($0.text) }.flatMap(LintSubject.candidates)
        return Set(names).sorted()
    }
}
