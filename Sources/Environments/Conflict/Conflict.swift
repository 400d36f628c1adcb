import Phrases
import YAML

/// Why a recipe can't be solved, in words: the fewest of its lines that already can't be met together.
///
/// ```swift
/// let conflict = Conflict(in: recipe, lines: [1, 3], report: lines, target: "linux-64")
/// conflict.summary  // “Lines 4 and 6 can't be met together: they want different versions of zlib.”
/// ```
public struct Conflict: Sendable, Equatable {
    /// A line of the recipe, and what it wants.
    public struct Line: Sendable, Equatable {
        public let mark: Mark
        /// As the recipe writes it.
        public let spec: String
        /// In one sentence.
        public let why: Phrase
    }

    /// What the channels have in place of what is missing.
    public struct Supply: Sendable {
        /// Versions by package, the newest first; empty where no channel has the package.
        public var available: [String: [String]]
        /// Names like one that no channel has.
        public var similar: [String: [String]]

        public init(available: [String: [String]] = [:], similar: [String: [String]] = [:]) {
            self.available = available
            self.similar = similar
        }
    }

    /// In the order of the recipe.
    public let lines: [Line]
    /// In one or two sentences.
    public let summary: Phrase

    /// - Parameters:
    ///   - indices: Which of the recipe's dependencies; others are left out.
    ///   - report: The solver's words about these alone.
    ///   - target: The platform that it was solved for.
    public init(in recipe: Recipe, lines indices: [Int], report: [String], supply: Supply = Supply(), target: String) {
        let report = SolverReport(report)
        let dependencies = indices.filter(recipe.dependencies.indices.contains).map { recipe.dependencies[$0] }
        let ways = dependencies.map { report.ways(from: $0.name) }
        let disputed = Self.disputed(dependencies, ways)
        let words = ConflictWords(supply: supply, target: target, disputed: disputed, named: Set(dependencies.map(\.name)))
        lines = zip(dependencies, ways).map { dependency, ways in
            Line(mark: dependency.mark, spec: dependency.spec, why: words.why(dependency, ways))
        }.sorted { ($0.mark.line, $0.mark.column) < ($1.mark.line, $1.mark.column) }
        summary = words.summary(lines)
    }

    /// The packages about which there is no agreement: those that are missing, and of those that several
    /// lines want, the ones that stand deepest.
    private static func disputed(_ dependencies: [Recipe.Dependency], _ ways: [[SolverReport.Way]]) -> [String] {
        var wanted: [String: Set<String>] = [:], missing: [String] = []
        for (dependency, ways) in zip(dependencies, ways) {
            wanted[dependency.name, default: []].insert(dependency.name)
            for way in ways {
                guard let name = MatchSpecName.name(in: way.demand) else { continue }
                wanted[name, default: []].insert(dependency.name)
                if way.isMissing, !missing.contains(name) { missing.append(name) }
            }
        }
        if !missing.isEmpty { return missing }
        let names = Set(dependencies.map(\.name))
        if let twice = names.first(where: { name in dependencies.count { $0.name == name } > 1 }) { return [twice] }
        return wanted.filter { $0.value.count > 1 }.keys.sorted()
    }
}
