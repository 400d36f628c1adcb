/// Why a package is in a lock.
public struct Explanation: Sendable, Equatable {
    public let name: String
    public let version: String
    /// Whether the recipe names it.
    public let isAsked: Bool
    /// From what the recipe asks for down to the package, the shortest way from each; the shortest first.
    public let chains: [[String]]
    /// Who needs it directly.
    public let neededBy: [String]
    /// Whether pip installed it: a lock doesn't say for which of pip's packages.
    public let isFromPip: Bool

    /// Nil where the lock has no such package. `asked` is what the recipe asks for; without it, what nothing else needs.
    public init?(of package: String, in lock: Lock, asked: Set<String>? = nil) {
        let key = normalised(package)
        let graph = LockGraph(lock)
        let asked = asked.map { Set($0.map(normalised)) }
        if let found = lock.pip.first(where: { normalised($0.name) == key }) {
            name = found.name
            version = found.version
            isAsked = asked?.contains(key) ?? true
            chains = []
            neededBy = []
            isFromPip = true
            return
        }
        guard let found = lock.packages.first(where: { normalised($0.name) == key }) else { return nil }
        name = found.name
        version = found.version
        neededBy = graph.neededBy[found.name] ?? []
        isFromPip = false
        let isRoot = { (name: String) in asked?.contains(normalised(name)) ?? (graph.neededBy[name] ?? []).isEmpty }
        isAsked = isRoot(found.name)
        // Upwards in breadth: the first way to each root is a shortest one.
        var next: [String: String] = [:]
        var open = [found.name], place = 0
        var roots: [String] = []
        while place < open.count {
            let name = open[place]
            place += 1
            for parent in graph.neededBy[name] ?? [] where parent != found.name && next[parent] == nil {
                next[parent] = name
                open.append(parent)
                if isRoot(parent) { roots.append(parent) }
            }
        }
        chains = roots.map { root in
            var chain = [root]
            while let last = chain.last, let below = next[last] { chain.append(below) }
            return chain
        }
    }

    /// For a person; at most `limit` chains.
    public func text(limit: Int = 10) -> String {
        var lines = ["\(name) \(version)"]
        if isAsked { lines.append("  The recipe asks for it.") }
        if isFromPip, !isAsked { lines.append("  pip installed it for another of its packages.") }
        lines += chains.prefix(limit).map { "  " + $0.joined(separator: " → ") }
        if chains.count > limit { lines.append("  and \(chains.count - limit) more") }
        if !isAsked, !isFromPip, chains.isEmpty {
            lines.append(
                "  Nothing that the recipe asks for needs it" + (neededBy.isEmpty ? "." : "; \(neededBy.joined(separator: ", ")) does."))
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
