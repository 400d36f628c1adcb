import Phrases
import YAML

extension Recipe {
    /// Reads the text of an `environment.yml`.
    ///
    /// - Throws: ``RecipeError`` with everything that is wrong.
    public init(yaml text: String) throws(RecipeError) {
        let root: Node?
        do {
            root = try Node.parse(text)
        } catch {
            if let other = RecipeError(asWhatIsImported: text) { throw other }
            throw RecipeError([.init(error.mark, error.problem, error.remedy)])
        }
        guard let root, let entries = root.mapping else {
            if let other = RecipeError(asWhatIsImported: text) { throw other }
            throw RecipeError([
                .init(
                    root?.mark ?? Mark(line: 1, column: 1),
                    root.map { "The recipe is \($0.kind)." } ?? "The recipe is empty.",
                    "Write “dependencies:” and below it the packages, each after “- ”.")
            ])
        }
        var reader = RecipeReader()
        for entry in entries { reader.read(entry) }
        if reader.dependencies.isEmpty, reader.pip.isEmpty, reader.problems.isEmpty {
            reader.problem(root.mark, "The recipe names no packages.", "Write them below “dependencies:”, each after “- ”.")
        }
        guard reader.problems.isEmpty else { throw RecipeError(reader.problems) }
        self.init(
            name: reader.name, channels: reader.channels, dependencies: reader.dependencies, pip: reader.pip,
            variables: reader.variables, platforms: reader.platforms, channelPriority: reader.channelPriority, notices: reader.notices)
    }
}

extension RecipeError {
    /// Nil for a text that isn't another tool's.
    fileprivate init?(asWhatIsImported text: String) {
        let file: String
        switch ImportedRecipe.Form(of: text) {
        case .pixi: file = "pixi.toml"
        case .pyproject: file = "pyproject.toml"
        // One word alone can be anything.
        case .requirements where text.contains(where: { "=<>~[@;-".contains($0) || $0.isNewline }): file = "requirements.txt"
        default: return nil
        }
        self.init([
            .init(
                Mark(line: 1, column: 1), "This is a \(file), and no environment.yml.",
                "Make a recipe of it with “berth env import”.")
        ])
    }
}

/// Gathers what the keys of a recipe say, and what is wrong with them.
private struct RecipeReader {
    var name: Recipe.Line?
    var channels: [Recipe.Line] = []
    var dependencies: [Recipe.Dependency] = []
    var pip: [Recipe.Line] = []
    var variables: [String: String] = [:]
    var platforms: [Recipe.Line] = []
    var channelPriority: Recipe.ChannelPriority?
    var notices: [Phrase] = []
    var problems: [RecipeError.Problem] = []

    mutating func problem(_ mark: Mark, _ what: Phrase, _ remedy: Phrase) {
        problems.append(.init(mark, what, remedy))
    }

    mutating func read(_ entry: Node.Entry) {
        let key = entry.key.scalar?.text ?? ""
        switch key {
        case "name": readName(entry.value)
        case "channels": readChannels(entry.value)
        case "dependencies": readDependencies(entry.value)
        case "variables": readVariables(entry.value)
        case "platforms": readPlatforms(entry.value)
        case "prefix":
            notices.append("“prefix” in line \(entry.key.mark.line) is ignored: the environment lies where Berth keeps it.")
        case "channel_priority", "channel-priority": readChannelPriority(entry.value, of: key)
        case "category":
            notices.append("“\(key)” in line \(entry.key.mark.line) is ignored.")
        default:
            problem(
                entry.key.mark, "“\(key)” is no key of an environment.yml.",
                NearestWord.to(key, among: Self.keys).map { "Did you mean “\($0)”?" }
                    ?? "The keys are: name, channels, channel_priority, dependencies, variables, platforms.")
        }
    }

    private static let keys = ["name", "channels", "channel_priority", "dependencies", "variables", "platforms", "prefix"]

    private mutating func readPlatforms(_ node: Node) {
        platforms = lines(node, of: "platforms")
        for line in platforms where !Target.platforms.contains(line.text) {
            problem(
                line.mark, "“\(line.text.prefix(40))” is no platform of conda's.",
                NearestWord.to(line.text, among: Target.platforms).map { "Did you mean “\($0)”?" }
                    ?? "They are: \(Target.platforms.joined(separator: ", ")).")
        }
    }

    private mutating func readName(_ node: Node) {
        if node.scalar?.isNull == true { return }
        guard let text = node.scalar?.text, EnvironmentName(text) != nil else {
            let proposal = node.scalar.flatMap { EnvironmentName(near: $0.text) }
            return problem(
                node.mark, "The name is \(node.kind).",
                proposal.map { "\(EnvironmentName.rule) Write “\($0)”, for example." } ?? EnvironmentName.rule)
        }
        name = Recipe.Line(text, at: node.mark)
    }

    private mutating func readChannels(_ node: Node) {
        for line in lines(node, of: "channels") where line.text != "nodefaults" {
            let isURL = line.text.contains("://")
            if !isURL && !line.text.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "._-/".contains($0)) }) {
                problem(line.mark, "“\(line.text)” is no channel.", "Write a name such as conda-forge, or a URL.")
            } else if isURL && !["https", "http", "file"].contains(where: { line.text.hasPrefix($0 + "://") }) {
                problem(line.mark, "A channel can't be reached by “\(line.text)”.", "Use an https URL.")
            } else {
                channels.append(line)
            }
        }
    }

    private mutating func readChannelPriority(_ node: Node, of key: String) {
        // The older spelling is a truth value (conda, “channel_priority”).
        switch node.scalar?.text.lowercased() {
        case "strict": channelPriority = .strict
        case "disabled", "false": channelPriority = .disabled
        case "flexible", "true":
            // What conda does by default, and this solver can't: https://docs.rs/rattler_solve, ChannelPriority.
            notices.append(
                "“\(key): flexible” at \(node.mark) is taken as “strict”: a package comes from the first channel that has it. Write “disabled” to have the newest of all channels."
            )
        default:
            problem(node.mark, "“\(key)” is \(node.scalar.map { "“\($0.text)”" } ?? node.kind).", "Write strict or disabled.")
        }
    }

    private mutating func readDependencies(_ node: Node) {
        if node.scalar?.isNull == true { return }
        guard let items = node.sequence else {
            return problem(node.mark, "“dependencies” is \(node.kind).", "Write a list: each package after “- ”.")
        }
        for item in items {
            if let entries = item.mapping {
                for entry in entries { readNested(entry) }
            } else if let text = item.scalar?.text, !text.isEmpty {
                readSpec(text, at: item.mark)
            } else {
                problem(item.mark, "A dependency is \(item.kind).", "Write a package's name, such as numpy, or numpy=2.1.")
            }
        }
    }

    private mutating func readNested(_ entry: Node.Entry) {
        guard entry.key.scalar?.text == "pip" else {
            return problem(
                entry.key.mark, "“\(entry.key.scalar?.text ?? "")” can't have packages of its own.",
                "Only “pip:” can; a package and its version are written in one word, such as numpy=2.1.")
        }
        if !pip.isEmpty { problem(entry.key.mark, "“pip” is here a second time.", "Put all of it into one list.") }
        for line in lines(entry.value, of: "pip") {
            if let refusal = PipLine.refusal(of: line.text) {
                problem(line.mark, refusal.what, refusal.remedy)
            } else {
                let installed = PipLine.installed(line.text)
                if installed != line.text {
                    notices.append(
                        "“\(line.text)” at \(line.mark) is installed as “\(installed)”: what is in the store can't be edited.")
                }
                pip.append(Recipe.Line(installed, at: line.mark))
            }
        }
    }

    private mutating func readSpec(_ text: String, at mark: Mark) {
        guard let name = MatchSpecName.name(in: text) else {
            return problem(
                mark, "“\(text)” names no package.", "Write a package's name, such as numpy, numpy=2.1 or conda-forge::numpy>=2.")
        }
        dependencies.append(.init(spec: text, name: name, mark: mark))
    }

    private mutating func readVariables(_ node: Node) {
        if node.scalar?.isNull == true { return }
        guard let entries = node.mapping else {
            return problem(node.mark, "“variables” is \(node.kind).", "Write “NAME: value”, one on a line.")
        }
        for entry in entries {
            let name = entry.key.scalar?.text ?? ""
            let isName =
                !name.isEmpty && name.first?.isNumber == false
                && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
            if !isName {
                problem(entry.key.mark, "“\(name)” can't be the name of a variable.", "Use letters, digits and “_”, and no digit first.")
            } else if let value = entry.value.scalar, !value.text.contains("\0") {
                variables[name] = value.isNull ? "" : value.text
            } else {
                problem(entry.value.mark, "The variable “\(name)” is \(entry.value.kind).", "Write a text.")
            }
        }
    }

    /// The texts of a list; nothing for null.
    private mutating func lines(_ node: Node, of key: String) -> [Recipe.Line] {
        if node.scalar?.isNull == true { return [] }
        guard let items = node.sequence else {
            problem(node.mark, "“\(key)” is \(node.kind).", "Write a list: each entry after “- ”.")
            return []
        }
        return items.compactMap { item in
            guard let text = item.scalar?.text, !text.isEmpty, item.scalar?.isNull == false,
                !text.contains(where: \.isNewline)
            else {
                problem(item.mark, "An entry of “\(key)” is \(item.kind).", "Write one line of text.")
                return nil
            }
            return Recipe.Line(text, at: item.mark)
        }
    }
}
