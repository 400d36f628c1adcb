/// The solver's report about what can't be solved, as a tree (resolvo's `DisplayUnsat`, which rattler prints).
///
/// ```
/// The following packages are incompatible
/// └─ a * cannot be installed because there are no viable options:
///    └─ a 1.0 would require
///       └─ zlib <1.3, for which no candidates were found.
/// ```
struct SolverReport: Equatable {
    /// A line of the report, and what stands below it.
    struct Node: Equatable {
        var kind: Kind
        var children: [Node] = []
    }

    enum Kind: Equatable {
        /// Something is asked for: the match spec, and whether anything is left that meets it.
        case requirement(String, Fate)
        /// A package in one or some versions, which asks for what is below it.
        case candidate(String)
        /// The same, which forbids other versions of what is below it.
        case constrainer(String)
        /// What can't be used, and why.
        case excluded(String, why: String)
    }

    enum Fate: Equatable {
        /// There are candidates below.
        case open
        /// No channel has it, or no other line leaves any of it.
        case missing
    }

    /// What was asked for, each with the ways that were tried.
    let roots: [Node]

    init(_ lines: [String]) {
        var stack: [(depth: Int, node: Node)] = []
        var roots: [Node] = []
        func close(to depth: Int) {
            while let last = stack.last, last.depth >= depth {
                stack.removeLast()
                if stack.isEmpty { roots.append(last.node) } else { stack[stack.count - 1].node.children.append(last.node) }
            }
        }
        for line in lines {
            // Four marks: a branch, the last branch, one that goes on beside, and nothing; three characters each.
            let body = line.drop { "│├└─ ".contains($0) }
            guard let kind = Self.kind(of: String(body)) else { continue }
            let depth = (line.count - body.count) / 3
            close(to: depth)
            stack.append((depth, Node(kind: kind)))
        }
        close(to: 0)
        self.roots = roots
    }

    /// Nil for a heading.
    private static func kind(of line: String) -> Kind? {
        func before(_ ending: String) -> String? { line.firstRange(of: ending).map { String(line[..<$0.lowerBound]) } }
        let none = "No candidates were found for "
        if line.hasPrefix(none) {
            let spec = line.dropFirst(none.count)
            return .requirement(String(spec.hasSuffix(".") ? spec.dropLast() : spec), .missing)
        }
        if let spec = before(", for which no candidates were found") { return .requirement(spec, .missing) }
        for ending in [", which can", " can be installed with any", " cannot be installed because"] {
            if let spec = before(ending) { return .requirement(spec, .open) }
        }
        if let spec = before(", which conflicts with any installable") { return .requirement(spec, .missing) }
        if let name = before(" would require") { return .candidate(name) }
        if let name = before(" would constrain") { return .constrainer(name) }
        if let name = before(", which conflicts with the versions") { return .candidate(name) }
        if let range = line.firstRange(of: " is excluded because ") {
            return .excluded(String(line[..<range.lowerBound]), why: String(line[range.upperBound...]))
        }
        return line.isEmpty || line.hasPrefix("The following packages") ? nil : .candidate(line)
    }
}

extension SolverReport {
    /// A way from what was asked for down to a demand: `a 1.0 needs b 2.*`, `b 2.1 needs zlib <1.3`.
    struct Way: Equatable {
        struct Step: Equatable {
            let package: String
            /// Whether it forbids rather than needs.
            let forbids: Bool
            let spec: String
        }

        struct Exclusion: Equatable {
            let package: String
            /// In the solver's words.
            let why: String
        }

        let steps: [Step]
        /// The last thing that is asked for.
        let demand: String
        let isMissing: Bool
        /// Why what would meet it can't be used; nil where another reason stands.
        let exclusion: Exclusion?
    }

    /// Every way below the demand for the package `name`, the demand itself included.
    func ways(from name: String) -> [Way] {
        roots.flatMap { root -> [Way] in
            guard case .requirement(let spec, _) = root.kind, MatchSpecName.name(in: spec) == name else { return [] }
            return Self.ways(from: root, steps: [])
        }
    }

    private static func ways(from node: Node, steps: [Way.Step]) -> [Way] {
        guard case .requirement(let spec, let fate) = node.kind else { return [] }
        var exclusion: Way.Exclusion?
        var deeper: [Way] = []
        for child in node.children {
            switch child.kind {
            case .excluded(let package, let why): exclusion = exclusion ?? Way.Exclusion(package: package, why: why)
            case .candidate(let package), .constrainer(let package):
                let forbids = if case .constrainer = child.kind { true } else { false }
                for below in child.children {
                    guard case .requirement(let next, _) = below.kind else { continue }
                    deeper += ways(from: below, steps: steps + [.init(package: package, forbids: forbids, spec: next)])
                }
            case .requirement: break
            }
        }
        return [Way(steps: steps, demand: spec, isMissing: fate == .missing, exclusion: exclusion)] + deeper
    }
}
