/// What is different between two locks.
///
/// ```swift
/// for change in LockDiff(from: old, to: new).changes { print(change) }  // “numpy 2.0.1 → 2.1.3 (asked for)”
/// ```
public struct LockDiff: Sendable, Equatable {
    /// A package as one side has it.
    public struct Side: Sendable, Equatable, Codable {
        public let version: String
        /// Nil for what pip installed.
        public let build: String?

        public init(version: String, build: String?) {
            self.version = version
            self.build = build
        }
    }

    public enum Direction: String, Sendable, Codable {
        case added, removed
        /// To a newer or an older version.
        case up, down
        /// The same version from another build, file, or tool.
        case rebuilt
    }

    /// Why a package is there.
    public enum Reason: Sendable, Equatable {
        case asked
        /// By these, which need it.
        case pulledIn(by: [String])
    }

    /// One package that is different.
    public struct Change: Sendable, Equatable, CustomStringConvertible {
        public let name: String
        public let direction: Direction
        public let before: Side?
        public let after: Side?
        /// Why it is there; of what was removed, why it was.
        public let reason: Reason

        /// One line for a person.
        public var description: String {
            let why =
                switch reason {
                case .asked: "asked for"
                case .pulledIn(let by): by.isEmpty ? "pulled in by pip" : "pulled in by \(by.joined(separator: ", "))"
                }
            let sides = [before, after].compactMap { side in
                side.map { direction == .rebuilt ? "\($0.version) \($0.build ?? "from pip")" : $0.version }
            }
            let sign =
                switch direction {
                case .added: "+"
                case .removed: "-"
                case .up: "↑"
                case .down: "↓"
                case .rebuilt: "="
                }
            return "\(sign) \(name) \(sides.joined(separator: " → ")) (\(why))"
        }
    }

    /// By name.
    public let changes: [Change]
    /// What else is different, a line for a person each: the platform, variables (by name, their values can be private),
    /// the options of pip.
    public let settings: [String]

    /// Whether both locks give the same environment.
    public var isEmpty: Bool { changes.isEmpty && settings.isEmpty }

    /// - Parameters:
    ///   - asked: what the recipe of each side asks for, pip's part included. Where it is not known,
    ///     what nothing else needs counts as asked for.
    public init(from old: Lock, to new: Lock, asked: (old: Set<String>?, new: Set<String>?) = (nil, nil)) {
        settings = Self.settings(old, new)
        let before = Installed(old, asked: asked.old), after = Installed(new, asked: asked.new)
        changes = Set(before.packages.keys).union(after.packages.keys).sorted().compactMap { key in
            let one = before.packages[key], other = after.packages[key]
            guard let name = other?.name ?? one?.name, let direction = Self.direction(one, other) else { return nil }
            return Change(
                name: name, direction: direction, before: one?.side, after: other?.side,
                reason: other == nil ? before.reason(key) : after.reason(key))
        }
    }

    private static func settings(_ old: Lock, _ new: Lock) -> [String] {
        var lines = old.platform == new.platform ? [] : ["= platform \(old.platform) → \(new.platform)"]
        for name in Set(old.variables.keys).union(new.variables.keys).sorted() where old.variables[name] != new.variables[name] {
            let sign = old.variables[name] == nil ? "+" : new.variables[name] == nil ? "-" : "="
            lines.append("\(sign) variable \(name)")
        }
        return old.pipOptions == new.pipOptions ? lines : lines + ["= options of pip"]
    }

    private static func direction(_ one: Installed.Package?, _ other: Installed.Package?) -> Direction? {
        guard let one else { return .added }
        guard let other else { return .removed }
        if one.side.version == other.side.version { return one.side == other.side && one.proof == other.proof ? nil : .rebuilt }
        let from = PackageVersion(one.side.version), to = PackageVersion(other.side.version)
        return from < to ? .up : to < from ? .down : .rebuilt
    }
}

/// What is there in the end: pip's over conda's.
private struct Installed {
    struct Package {
        let name: String
        let side: LockDiff.Side
        /// What tells two files of the same version apart.
        let proof: String
    }

    /// By normalised name.
    private(set) var packages: [String: Package] = [:]
    private let graph: LockGraph
    private let asked: Set<String>?
    private let fromPip: Set<String>

    init(_ lock: Lock, asked: Set<String>?) {
        graph = LockGraph(lock)
        self.asked = asked.map { Set($0.map(normalised)) }
        fromPip = Set(lock.pip.map { normalised($0.name) })
        for package in lock.packages {
            packages[normalised(package.name)] = Package(
                name: package.name, side: .init(version: package.version, build: package.build),
                proof: package.sha256 ?? package.md5 ?? package.url)
        }
        for package in lock.pip {
            packages[normalised(package.name)] = Package(
                name: package.name, side: .init(version: package.version, build: nil), proof: package.sha256 ?? package.url)
        }
    }

    func reason(_ key: String) -> LockDiff.Reason {
        let dependents = packages[key].flatMap { graph.neededBy[$0.name] } ?? []
        if let asked {
            return asked.contains(key) ? .asked : .pulledIn(by: dependents)
        }
        return dependents.isEmpty || fromPip.contains(key) ? .asked : .pulledIn(by: dependents)
    }
}

extension Recipe {
    /// The names of all that it asks for, of conda and of pip.
    public var asked: Set<String> {
        Set(dependencies.map(\.name) + pip.compactMap { RequirementParts($0.text)?.name })
    }
}
