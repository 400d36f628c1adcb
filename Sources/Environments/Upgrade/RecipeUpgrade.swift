/// What a recipe could ask for now that there are newer versions.
///
/// ```swift
/// let upgrade = RecipeUpgrade(of: recipe, lock: lock, conda: versions, pip: [:], held: [])
/// upgrade.steps.map(\.description)  // ["numpy 2.1.0 → 2.3.1"]
/// let next = try RecipeUpgrade.applying(upgrade.steps, to: text)
/// ```
public struct RecipeUpgrade: Sendable, Equatable {
    /// One package that the recipe asks for, of which there is a newer version.
    public struct Step: Sendable, Equatable, CustomStringConvertible {
        /// As the recipe spells it.
        public let package: String
        public let isOfPip: Bool
        /// What is locked.
        public let from: String
        /// The newest that is wanted.
        public let to: String
        /// What the recipe asks for then; nil where what it asks for now lets the newer one in.
        public let spec: String?

        public var description: String { "\(package) \(from) → \(to)" }
    }

    /// In the recipe's order.
    public let steps: [Step]

    /// - Parameters:
    ///   - lock: what the recipe was solved to.
    ///   - conda: the versions that its channels have, by package name.
    ///   - pip: the versions that PyPI has, by the name as PyPI compares it.
    ///   - held: what is not wanted.
    public init(of recipe: Recipe, lock: Lock, conda: [String: Set<String>], pip: [String: Set<String>], held: [HeldVersion]) {
        let locked = Dictionary(lock.packages.map { ($0.name.lowercased(), $0.version) }) { first, _ in first }
        let lockedOfPip = Dictionary(lock.pip.map { (normalised($0.name), $0.version) }) { first, _ in first }
        var steps: [Step] = []
        for dependency in recipe.dependencies {
            guard let from = locked[dependency.name], let versions = conda[dependency.name],
                let request = PackageRequest(conda: dependency.spec)
            else { continue }
            steps += [Self.step(dependency.name, false, from, versions, request, held)].compactMap { $0 }
        }
        for line in recipe.pip {
            guard let parts = RequirementParts(line.text), let from = lockedOfPip[parts.name], let versions = pip[parts.name],
                let request = PackageRequest(requirement: line.text, parts)
            else { continue }
            steps += [Self.step(parts.spelling, true, from, versions, request, held)].compactMap { $0 }
        }
        self.steps = steps
    }

    private static func step(
        _ package: String, _ isOfPip: Bool, _ from: String, _ versions: Set<String>, _ request: PackageRequest, _ held: [HeldVersion]
    ) -> Step? {
        let current = PackageVersion(from)
        let newer = versions.map(PackageVersion.init)
            .filter { $0 > current && !$0.isPreRelease && request.reaches($0.description) }.sorted()
        guard let newest = newer.last(where: { version in !held.contains { $0.holds(package, version.description) } }) else { return nil }
        let unwanted = newer.filter { version in held.contains { $0.holds(package, version.description) } }
        return Step(
            package: package, isOfPip: isOfPip, from: from, to: newest.description,
            spec: request.asking(for: newest.description, without: unwanted.map(\.description)))
    }

    /// The recipe with these steps made; comments and order stay.
    public static func applying(_ steps: [Step], to text: String) throws(RecipeEditError) -> String {
        let recipe: Recipe
        do { recipe = try Recipe(yaml: text) } catch {
            throw RecipeEditError(phrase: "The recipe can't be read: \(error.problems.map(\.description).joined(separator: " "))")
        }
        var edit = RecipeEdit(text: PlacedText(text), recipe: recipe)
        for step in steps {
            guard let spec = step.spec else { continue }
            if step.isOfPip {
                try edit.set(pip: spec, for: normalised(step.package))
            } else {
                try edit.set(conda: spec, for: step.package)
            }
        }
        return edit.result
    }

    /// The names that this recipe asks conda for, whose newer versions are worth looking for.
    public static func names(in recipe: Recipe) -> Set<String> {
        Set(recipe.dependencies.filter { PackageRequest(conda: $0.spec) != nil }.map(\.name))
    }

    /// The same of pip, as PyPI compares names. None where the recipe names an index of its own: what it has is
    /// not what PyPI has.
    public static func namesOfPip(in recipe: Recipe) -> Set<String> {
        let ownIndex = ["-i", "--index-url", "--extra-index-url", "--no-index", "--find-links", "-f"]
        guard
            !recipe.pipOptions.contains(where: { option in
                ownIndex.contains { option == $0 || option.hasPrefix($0 + " ") || option.hasPrefix($0 + "=") }
            })
        else { return [] }
        return Set(
            recipe.pip.compactMap { line in
                RequirementParts(line.text).flatMap { PackageRequest(requirement: line.text, $0) == nil ? nil : $0.name }
            })
    }
}

extension PackageVersion {
    /// Whether it is not meant for everybody yet: `2.0rc1`, `3.0.0a2`, `1.0.dev3`.
    public var isPreRelease: Bool {
        let release = description.lowercased().prefix { $0 != "+" }
        return ["a", "b", "c", "rc", "dev", "alpha", "beta", "pre", "preview"].contains { word in
            release.ranges(of: word).contains { range in
                let before = range.lowerBound == release.startIndex ? nil : release[release.index(before: range.lowerBound)]
                let after = range.upperBound == release.endIndex ? nil : release[range.upperBound]
                return before?.isLetter != true && before != nil && after?.isLetter != true
            }
        }
    }
}
