import Environments
import LauncherProtocol

/// What came of the search for the shortest recipe of a lock.
public struct Shortening: Sendable {
    /// The shorter recipe, which solves to the same lock; nil where there is none, or nobody could prove it.
    public var recipe: MinimalRecipe?
    /// What must stay, as ``LintContext/held`` has it.
    public var held: Set<String>?
}

extension Attempt {
    /// Looks for the shortest recipe that still solves to these very locks. Without the lines that come with others anyway
    /// it is solved again, and what then changed stays, until nothing changes.
    ///
    /// conda's part alone is solved: pip's stands on the very same packages then, and its lines stay.
    public func shorten(_ source: ExpandedRecipe, solvedTo locks: [(target: SolveTarget, lock: Lock)]) async -> Shortening {
        guard let first = locks.first, let recipe = try? Recipe(yaml: source.text) else { return Shortening() }
        let all = Set(recipe.dependencies.map(\.name))
        var held: Set<String> = []
        for _ in 0..<Self.rounds {
            guard let shorter = Lint.minimal(source, lock: first.lock, keeping: held) else {
                return held.isEmpty ? Shortening() : Shortening(held: all)
            }
            var changed: Set<String> = []
            for (target, lock) in locks {
                guard let again = try? await solve(shorter.whole, for: target, condaAlone: true).lock else { return Shortening() }
                changed.formUnion(Self.names(of: lock, otherThanIn: again))
            }
            if changed.isEmpty { return Shortening(recipe: shorter, held: shorter.kept) }
            let own = changed.intersection(shorter.superfluous)
            held.formUnion(own.isEmpty ? shorter.superfluous : own)
        }
        return Shortening(held: all)
    }

    /// More don't pay: each is a solve for every target.
    private static let rounds = 6

    /// The packages of conda that only one of them has, or that are another file there.
    private static func names(of lock: Lock, otherThanIn other: Lock) -> Set<String> {
        let urls = Set(lock.packages.map(\.url)).symmetricDifference(other.packages.map(\.url))
        return Set((lock.packages + other.packages).filter { urls.contains($0.url) }.map(\.name))
    }
}
