import YAML

/// A recipe without the packages that come with others anyway; comments and order stay.
public struct MinimalRecipe: Sendable, Equatable {
    /// As it was written.
    public let text: String
    /// With the files that it names put into it: what is solved.
    public let whole: String
    /// The packages that it no longer names.
    public let superfluous: Set<String>
    /// The packages that it names still.
    public let kept: Set<String>
}

extension Lint {
    /// What is left of a recipe without what comes with the rest anyway. Whether it solves to the same lock, a solver can
    /// tell.
    ///
    /// - Parameter held: Packages that stay in any case.
    /// - Returns: nil where there are too few to matter, or they don't stand on lines of their own.
    public static func minimal(_ source: ExpandedRecipe, lock: Lock, keeping held: Set<String> = []) -> MinimalRecipe? {
        guard let subject = LintSubject(source, LintContext(lock: lock, held: held)), !subject.freezeBloat.isEmpty else { return nil }
        let superfluous = lock.minimalRoots(of: subject.recipe, keeping: held).superfluous
        let lines = subject.removing(superfluous)
        let own = lines.flatMap { $0 }.compactMap(source.own)
        guard lines.allSatisfy({ !$0.isEmpty }), own.count == lines.count else { return nil }
        return MinimalRecipe(
            text: PlacedText(source.written).applying(own), whole: subject.text.applying(lines.flatMap { $0 }), superfluous: superfluous,
            kept: Set(subject.recipe.dependencies.map(\.name)).subtracting(superfluous))
    }

    /// A recipe without the lines of these packages of conda; what shares its line with something else stays.
    public static func without(_ packages: Set<String>, in text: String) -> String {
        guard let subject = LintSubject(ExpandedRecipe(text), LintContext()) else { return text }
        return subject.text.applying(subject.removing(packages).flatMap { $0 })
    }
}

extension LintSubject {
    /// What takes these packages out of the recipe, an array for each line that names one; empty where that can't be.
    fileprivate func removing(_ packages: Set<String>) -> [[TextEdit]] {
        recipe.dependencies.filter { packages.contains($0.name) }.map { removing($0.spec, at: $0.mark) }
    }
}
