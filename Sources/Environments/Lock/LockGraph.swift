/// Who needs whom in a lock. pip's packages stand in it without edges: the lock doesn't say what they need.
public struct LockGraph: Sendable {
    /// What each package needs, by name and without repeats; the host's virtual packages (`__glibc`) are left out.
    public let needs: [String: [String]]
    /// Who needs each package.
    public let neededBy: [String: [String]]

    public init(_ lock: Lock) {
        let present = Set(lock.packages.map(\.name))
        var needs: [String: [String]] = [:]
        var neededBy: [String: [String]] = [:]
        for package in lock.packages {
            let names = Set(package.depends.compactMap(MatchSpecName.name)).intersection(present).subtracting([package.name])
            needs[package.name] = names.sorted()
            for name in names { neededBy[name, default: []].append(package.name) }
        }
        self.needs = needs
        self.neededBy = neededBy.mapValues { $0.sorted() }
    }

    /// Everything that comes with `roots`, themselves included.
    public func closure(of roots: some Sequence<String>) -> Set<String> {
        var found: Set<String> = []
        var open = roots.filter { needs[$0] != nil }
        while let name = open.popLast() {
            guard found.insert(name).inserted else { continue }
            open += needs[name] ?? []
        }
        return found
    }
}

extension Lock {
    /// Which of the packages that a recipe lists are enough.
    public struct MinimalRoots: Sendable, Equatable {
        /// As the recipe writes them, in its order.
        public let kept: [String]
        /// By name: they come with those that are kept, in a version that nobody chose by hand.
        public let superfluous: Set<String>
    }

    /// The least of a recipe that still brings everything in this lock: what other roots pull in goes,
    /// unless it decides what the environment is (``LintSubject/mainPackages``), or its version is a choice
    /// (a range) and not a record (exactly what the lock has).
    ///
    /// - Parameter held: Packages that stay in any case.
    public func minimalRoots(of recipe: Recipe, keeping held: Set<String> = []) -> MinimalRoots {
        let graph = LockGraph(self)
        let versions = Dictionary(packages.map { ($0.name, $0.version) }) { first, _ in first }
        let removable = recipe.dependencies.filter { dependency in
            guard let locked = versions[dependency.name], let parts = MatchSpecParts(dependency.spec), parts.channel == nil,
                !LintSubject.mainPackages.contains(dependency.name), dependency.name != "pip", !held.contains(dependency.name)
            else { return false }
            guard let asked = parts.version else { return true }
            return asked.drop { $0 == "=" } == locked
        }
        var roots = Set(recipe.dependencies.map(\.name)).intersection(versions.keys)
        var superfluous: Set<String> = []
        // Those that most others need go first, so that of a circle the one that people ask for stays.
        let order = removable.map(\.name).sorted { one, other in
            let first = graph.neededBy[one]?.count ?? 0, second = graph.neededBy[other]?.count ?? 0
            return first == second ? one < other : first > second
        }
        for name in order where roots.contains(name) {
            let rest = roots.subtracting([name])
            guard graph.closure(of: rest).contains(name) else { continue }
            roots = rest
            superfluous.insert(name)
        }
        return MinimalRoots(kept: recipe.dependencies.filter { !superfluous.contains($0.name) }.map(\.spec), superfluous: superfluous)
    }
}
