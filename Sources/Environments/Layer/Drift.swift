import Phrases

/// How far an environment with a personal layer over it has drifted from its lock.
///
/// ```swift
/// let drift = Drift(of: lock, recipe: recipe, layer: files)
/// for change in drift.diff.changes { print(change) }
/// let next = try drift.saved(in: text)  // the recipe that asks for the same
/// ```
public struct Drift: Sendable {
    /// The packages that are there in the end.
    public let lock: Lock
    /// What is different from the lock.
    public let diff: LockDiff
    /// What could not be read, in whole sentences.
    public let notices: [Phrase]
    /// What somebody asked conda for in the layer, as match specs by package name.
    let askedOfConda: [String: String]
    /// What somebody asked pip for in the layer, as requirements by normalised name.
    let askedOfPip: [String: String]

    /// - Parameter elsewhere: How the recipe is to name a channel, by its URL, that it doesn't have; nil for one that it has.
    public init(of base: Lock, recipe: Recipe, layer: LayerFiles, elsewhere: (String) -> String? = { _ in nil }) {
        var reading = BackupReading()
        var unreadable: [Phrase] = []
        for (file, text) in layer.added.condaMeta.sorted(by: { $0.key < $1.key }) {
            do throws(BackupError) { try reading.read(condaMeta: text, file: file) } catch { unreadable.append(error.phrase) }
        }
        for distribution in layer.added.distributions.sorted(by: { $0.directory < $1.directory }) { reading.read(distribution) }
        notices = unreadable + reading.notices

        let broughtByConda = Set(reading.packages.map(\.name))
        let removedOfPip = Set(layer.removedDistributions.compactMap(Self.distribution))
        var packages = base.packages.filter { package in
            guard !broughtByConda.contains(package.name) else { return false }
            return !layer.removedRecords.contains("\(package.name)-\(package.version)-\(package.build).json")
        }
        packages += reading.packages
        // A package of conda's that pip took away and put no other in its place.
        let broughtByPip = Set(reading.pip.map { normalised($0.package.name) })
        packages.removeAll { package in
            let key = Key(name: normalised(package.name), version: package.version)
            return removedOfPip.contains(key) && !broughtByPip.contains(key.name) && !broughtByConda.contains(package.name)
        }
        // What is only there anew, in the version that was locked, is no change.
        let locked = Set(
            base.pip.map { Key(name: normalised($0.name), version: $0.version) }
                + packages.map { Key(name: normalised($0.name), version: $0.version) })
        let changed = reading.pip.filter { !locked.contains(Key(name: normalised($0.package.name), version: $0.package.version)) }
        let changedNames = Set(changed.map { normalised($0.package.name) })
        var pip = base.pip.filter { package in
            let key = Key(name: normalised(package.name), version: package.version)
            return !changedNames.contains(key.name) && (!removedOfPip.contains(key) || broughtByPip.contains(key.name))
        }
        pip += changed.map(\.package)

        lock = Lock(
            platform: base.platform, packages: packages, pip: pip, pipOptions: base.pipOptions, variables: base.variables)
        askedOfConda = Self.askedOfConda(reading, elsewhere)
        // Older pips keep no record of what was asked for: then everything counts.
        let requested = changed.filter(\.isRequested)
        askedOfPip = Dictionary(
            (requested.isEmpty ? changed : requested).map { ($0.package.name, $0.package) }.map { name, package in
                (normalised(name), package.direct ? "\(name) @ \(package.url)" : "\(name)==\(package.version)")
            }
        ) { $1 }
        let asked = recipe.asked
        diff = LockDiff(from: base, to: lock, asked: (asked, asked.union(askedOfConda.keys).union(askedOfPip.keys)))
    }

    /// conda's record of what was asked for; else what nothing that came with it needs.
    private static func askedOfConda(_ reading: BackupReading, _ elsewhere: (String) -> String?) -> [String: String] {
        let named = Set(reading.requested.compactMap(MatchSpecName.name))
        let needed = Set(reading.packages.flatMap(\.depends).compactMap(MatchSpecName.name))
        let asked = reading.packages.filter { named.isEmpty ? !needed.contains($0.name) : named.contains($0.name) }
        return Dictionary(
            asked.map { package in
                let channel = ChannelURL.base(of: package).flatMap(elsewhere).map { "\($0)::" } ?? ""
                return (package.name, "\(channel)\(package.name)=\(package.version)")
            }
        ) { $1 }
    }

    /// A package as a removed record names it.
    private struct Key: Hashable {
        let name: String
        let version: String
    }

    /// `humanize-4.11.0.dist-info`.
    private static func distribution(_ directory: String) -> Key? {
        guard directory.hasSuffix(".dist-info") else { return nil }
        let stem = directory.dropLast(".dist-info".count)
        guard let dash = stem.lastIndex(of: "-"), dash != stem.startIndex else { return nil }
        return Key(name: normalised(String(stem[..<dash])), version: String(stem[stem.index(after: dash)...]))
    }
}
