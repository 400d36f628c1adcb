import Phrases

/// Puts a conflict into sentences.
struct ConflictWords {
    let supply: Conflict.Supply
    /// The platform that was solved for.
    let target: String
    /// The packages about which there is no agreement.
    let disputed: [String]
    /// The packages that the recipe's lines in conflict name themselves.
    let named: Set<String>

    /// What a line of the recipe wants of the disputed packages.
    func why(_ dependency: Recipe.Dependency, _ ways: [SolverReport.Way]) -> Phrase {
        let relevant = ways.filter { MatchSpecName.name(in: $0.demand).map(disputed.contains) == true }
        guard let way = relevant.min(by: { $0.steps.count < $1.steps.count }) ?? ways.first else {
            return "It asks for \(dependency.spec)."
        }
        var sentence = steps(of: way)
        if relevant.contains(where: { $0.steps.first?.package != way.steps.first?.package }) {
            sentence = "\(sentence), and its other versions are no better"
        }
        if let exclusion = way.exclusion {
            return "\(sentence), and \(exclusion.package) is left out because \(exclusion.why)."
        }
        guard way.isMissing, let name = MatchSpecName.name(in: way.demand) else { return "\(sentence)." }
        return missing(name, isOwn: name == dependency.name, after: sentence)
    }

    /// What is wrong with the lines together.
    func summary(_ lines: [Conflict.Line]) -> Phrase {
        guard let first = lines.first, let last = lines.last else { return "Its packages don't fit together." }
        guard lines.count > 1 else { return "Line \(first.mark.line), “\(first.spec)”, can't be met. \(first.why)" }
        let numbers: Phrase = "\(lines.dropLast().map { "\($0.mark.line)" }.joined(separator: ", ")) and \(last.mark.line)"
        let about = disputed.filter { !$0.hasPrefix("__") }
        guard !about.isEmpty, about.count < 4 else { return "Lines \(numbers) can't be met together." }
        return "Lines \(numbers) can't be met together: they want different versions of \(about.joined(separator: ", "))."
    }

    /// `a 2.0 needs b >=2, and b 3.0 needs zlib 1.2.*`.
    private func steps(of way: SolverReport.Way) -> Phrase {
        if way.steps.isEmpty { return "It asks for \(plain(way.demand))" }
        let steps = way.steps.map { step -> Phrase in
            step.forbids
                ? "\(shortened(step.package)) allows only \(plain(step.spec))" : "\(shortened(step.package)) needs \(plain(step.spec))"
        }
        return .joined(steps, by: ", and ")
    }

    /// The same sentence with why nothing meets its demand for `name`, and what there is.
    private func missing(_ name: String, isOwn: Bool, after sentence: Phrase) -> Phrase {
        if name == "__cuda" {
            return
                "\(sentence), and the host is taken to have no such driver: solve with “--with-cuda 12.4”, or ask for the CPU variant."
        }
        if name.hasPrefix("__") { return "\(sentence), which \(target) is not taken to have." }
        // Another line of the recipe is in the way, and the channels can't help.
        if !isOwn, named.contains(name) { return "\(sentence)." }
        guard let versions = supply.available[name] else { return "\(sentence)." }
        if versions.isEmpty {
            let none: Phrase = "\(sentence). No channel of the recipe has “\(name)” for \(target)."
            let similar = (supply.similar[name] ?? []).map { "“\($0)”" as Phrase }
            return similar.isEmpty ? none : "\(none) Did you mean \(Phrase.joined(similar, by: " or "))?"
        }
        let few = versions.joined(separator: ", ")
        return versions.count < 8
            ? "\(sentence). The channels have \(name) \(few)." : "\(sentence). The channels have \(name) \(few) and older."
    }

    /// `numpy *` without its star.
    private func plain(_ spec: String) -> String { spec.hasSuffix(" *") ? String(spec.dropLast(2)) : spec }

    /// `m 1.0 to 1.29` of `m 1.0 | 1.1 | ... | 1.29`.
    private func shortened(_ package: String) -> String {
        let versions = package.split(separator: "|").map { String($0).trimmed }
        guard versions.count > 2, let first = versions.first, let last = versions.last else { return package }
        return "\(first) to \(last)"
    }
}
