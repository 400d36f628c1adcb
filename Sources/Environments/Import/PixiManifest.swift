import TOMLKit

/// A `pixi.toml`, or the `[tool.pixi]` of a `pyproject.toml` (pixi.sh, “Pixi Manifest”).
struct PixiManifest {
    private let root: TOMLTable
    /// Before the names of tables in notices.
    private let prefix: String
    private let choices: [String]

    init(_ text: String, choices: [String]) throws(ImportError) {
        self.init(try TOMLReading.root(of: text, file: "pixi.toml"), prefix: "", choices: choices)
    }

    init(_ root: TOMLTable, prefix: String, choices: [String]) {
        self.root = root
        self.prefix = prefix
        self.choices = choices
    }

    func fill(_ draft: inout RecipeDraft) {
        let workspace = root.table("workspace") ?? root.table("project") ?? TOMLTable()
        draft.name = draft.name ?? workspace["name"]?.string
        draft.channels = channels(of: workspace, &draft)
        draft.platforms += workspace.texts("platforms")
        read(root, named: "", &draft)
        let features = root.table("feature") ?? TOMLTable()
        let chosen = chosenFeatures(features)
        draft.choices += (root.table("environments")?.keys ?? []) + features.keys
        for name in features.keys {
            guard chosen.contains(name), let feature = features[name]?.table else {
                leave("feature.\(name)", "choose it with --choose \(name)", &draft)
                continue
            }
            draft.channels += channels(of: feature, &draft).filter { !draft.channels.contains($0) }
            read(feature, named: "feature.\(name).", &draft)
        }
        for (key, why) in [
            ("tasks", "a recipe has no tasks"), ("package", "what builds the project itself is no part of its environment"),
        ] where root.table(key) != nil { leave(key, why, &draft) }
    }

    /// The features that were chosen, and those of the chosen environments.
    private func chosenFeatures(_ features: TOMLTable) -> Set<String> {
        let environments = root.table("environments") ?? TOMLTable()
        return Set(
            choices.flatMap { choice -> [String] in
                guard let environment = environments[choice] else { return [choice] }
                if let table = environment.table { return table.texts("features") }
                return environment.array?.compactMap(\.string) ?? []
            })
    }

    /// What the root and each feature can have.
    private func read(_ part: TOMLTable, named place: String, _ draft: inout RecipeDraft) {
        let conda = part.table("dependencies") ?? TOMLTable()
        for name in conda.keys {
            switch CondaDependency.spec(name, conda[name]) {
            case .success(let spec): draft.conda.append(spec)
            case .failure(let error): leave("\(place)dependencies.\(name)", error.description, &draft)
            }
        }
        let pypi = part.table("pypi-dependencies") ?? TOMLTable()
        for name in pypi.keys {
            switch PyPIDependency.requirement(name, pypi[name]) {
            case .success(let line): draft.pip.append(line)
            case .failure(let error): leave("\(place)pypi-dependencies.\(name)", error.description, &draft)
            }
        }
        if let options = part.table("pypi-options") {
            if let index = options["index-url"]?.string { draft.pip.append("--index-url \(index)") }
            draft.pip += options.texts("extra-index-urls").map { "--extra-index-url \($0)" }
            for key in options.keys where !["index-url", "extra-index-urls"].contains(key) {
                leave("\(place)pypi-options.\(key)", "pip has no such option", &draft)
            }
        }
        for (name, value) in part.table("activation", "env").map({ table in table.keys.map { ($0, table[$0]?.string) } }) ?? [] {
            if let value { draft.variables[name] = value }
        }
        if part.table("activation")?["scripts"] != nil {
            leave("\(place)activation.scripts", "a recipe has no scripts; packages bring their own", &draft)
        }
        if let cuda = part.table("system-requirements")?["cuda"]?.string {
            leave("\(place)system-requirements.cuda", "solve with --with-cuda \(cuda) where the host's own driver isn't meant", &draft)
        }
        for key in ["host-dependencies", "build-dependencies"] where part.table(key) != nil {
            leave(place + key, "they build the project itself and are no part of its environment", &draft)
        }
        for key in part.table("target")?.keys ?? [] {
            leave("\(place)target.\(key)", "a recipe asks for the same on every platform", &draft)
        }
    }

    /// Names and URLs; `{channel = "…", priority = …}` too.
    private func channels(of table: TOMLTable, _ draft: inout RecipeDraft) -> [String] {
        let listed = table["channels"]?.array?.map { $0 } ?? []
        if listed.contains(where: { $0.table?["priority"] != nil }) {
            draft.notices.append("The priorities of channels are left out: in a recipe the first channel comes first.")
        }
        return listed.compactMap { $0.string ?? $0.table?["channel"]?.string }
    }

    private func leave(_ place: String, _ why: String, _ draft: inout RecipeDraft) {
        draft.notices.append("“\(prefix)\(place)” is left out: \(why).")
    }
}
