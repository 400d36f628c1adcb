/// An environment as it leaves the house. Each format is a property of its own.
public struct EnvironmentExport: Sendable {
    public let name: String
    /// In the recipe's order; the channels of the lock's packages where the recipe names none.
    public let channels: [String]
    /// What was asked for, as match specs.
    public let asked: [String]
    /// What was asked of pip: requirements and options.
    public let askedOfPip: [String]
    public let lock: Lock
    /// Of the recipe's other platforms; `conda-lock.yml` and `pixi.lock` have them too.
    public let otherLocks: [Lock]
    /// What a venv needs below it, which no lock of conda's has; empty elsewhere.
    private let base: [String]

    /// - Parameter recipe: nil where only the lock is left; then nothing counts as asked for.
    public init(name: String, recipe: Recipe?, lock: Lock, otherLocks: [Lock] = []) {
        let channels = recipe?.channels.map(\.text) ?? []
        self.init(
            name: name, channels: channels.isEmpty ? lock.channels : channels, asked: recipe?.dependencies.map(\.spec) ?? [],
            askedOfPip: recipe?.pip.map(\.text) ?? [], lock: lock, otherLocks: otherLocks)
    }

    /// For a lock without a recipe: what no other package needs counts as asked for, in the version it has, and so does Python.
    public init(name: String, rootsOf lock: Lock) {
        let graph = LockGraph(lock)
        let roots = lock.packages.filter { graph.neededBy[$0.name] == nil || $0.name == "python" }
        self.init(
            name: name, channels: lock.channels, asked: roots.map { "\($0.name)=\($0.version)" },
            askedOfPip: lock.pipOptions + lock.pip.map { $0.direct ? "\($0.name) @ \($0.url)" : "\($0.name)==\($0.version)" }, lock: lock)
    }

    init(
        name: String, channels: [String], asked: [String], askedOfPip: [String], lock: Lock, otherLocks: [Lock] = [], base: [String] = []
    ) {
        self.name = name
        self.channels = channels
        self.asked = asked
        self.askedOfPip = askedOfPip
        self.lock = lock
        self.otherLocks = otherLocks
        self.base = base
    }

    /// `conda env export --no-builds`: every package with its version, for the same platform on another day.
    public var noBuilds: String {
        let pip = lock.pip.map { $0.direct ? "\($0.name) @ \($0.url)" : "\($0.name)==\($0.version)" }
        return yaml(base + lock.packages.map { "\($0.name)=\($0.version)" }, pip: pip.isEmpty ? [] : lock.pipOptions + pip)
    }

    /// `conda env export --from-history`, with pip's part: what was asked for, for any platform.
    public var fromHistory: String { yaml(asked, pip: askedOfPip) }

    /// For every platform, the host's first.
    var locks: [Lock] { [lock] + otherLocks }

    private func yaml(_ dependencies: [String], pip: [String]) -> String {
        var lines = ["name: \(YAMLText.scalar(name))"]
        if !channels.isEmpty { lines += ["channels:"] + channels.map { "  - \(YAMLText.scalar($0))" } + ["  - nodefaults"] }
        lines += ["dependencies:"] + dependencies.map { "  - \(YAMLText.scalar($0))" }
        if !pip.isEmpty {
            if !dependencies.contains(where: { MatchSpecName.name(in: $0) == "pip" }) { lines.append("  - pip") }
            lines += ["  - pip:"] + pip.map { "      - \(YAMLText.scalar($0))" }
        }
        if !lock.variables.isEmpty {
            lines += ["variables:"] + lock.variables.sorted { $0.key < $1.key }.map { "  \($0.key): \(YAMLText.quoted($0.value))" }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension Lock {
    /// The channels that its packages come from, by how many come from each; anaconda.org's by their names.
    var channels: [String] {
        var counts: [String: Int] = [:]
        for package in packages { if let channel = package.channel { counts[channel, default: 0] += 1 } }
        return counts.sorted { $0.value == $1.value ? $0.key < $1.key : $0.value > $1.value }.map(\.key)
    }
}

extension CondaPackage {
    /// The channel's URL, or its name where it is anaconda.org's; nil where the URL is of another form.
    public var channel: String? {
        let parts = url.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count > 4, parts[parts.count - 2] == Substring(subdir) else { return nil }
        let base = parts.dropLast(2).joined(separator: "/")
        let anaconda = "https://conda.anaconda.org/"
        return base.hasPrefix(anaconda) ? String(base.dropFirst(anaconda.count)) : base
    }
}
