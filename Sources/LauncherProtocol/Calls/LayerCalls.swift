import Phrases

/// How a person's copy of an environment differs from what was locked: what they installed and removed
/// in running servers.
public struct LayerSummary: Codable, Sendable, Equatable {
    /// The build below.
    public let build: String
    /// Files of the layer.
    public let files: Int
    /// Bytes of them.
    public let bytes: Int
    public let changes: [PackageChange]
    /// What could not be read, in whole sentences.
    public let notices: [Phrase]

    public init(build: String, files: Int, bytes: Int, changes: [PackageChange], notices: [Phrase]) {
        self.build = build
        self.files = files
        self.bytes = bytes
        self.changes = changes
        self.notices = notices
    }
}

/// One package that two versions of an environment, or a version and its drift, have differently.
public struct PackageChange: Codable, Sendable, Equatable {
    /// In which way.
    public enum Direction: String, Codable, Sendable { case added, removed, up, down, rebuilt }

    public let name: String
    public let direction: Direction
    /// Its version before; nil for an added one.
    public let before: String?
    /// Its version now; nil for a removed one.
    public let after: String?
    /// Whether a person asked for it; else others pulled it in.
    public let isAsked: Bool

    public init(name: String, direction: Direction, before: String?, after: String?, isAsked: Bool) {
        self.name = name
        self.direction = direction
        self.before = before
        self.after = after
        self.isAsked = isAsked
    }
}

extension PackageChange: CustomStringConvertible {
    /// `↑ numpy 2.0.1 → 2.1.3`.
    public var description: String {
        let sign =
            switch direction {
            case .added: "+"
            case .removed: "-"
            case .up: "↑"
            case .down: "↓"
            case .rebuilt: "="
            }
        return "\(sign) \(name) " + [before, after].compactMap { $0 }.joined(separator: " → ")
    }
}

/// What somebody's servers have changed over one version of an environment.
public struct PersonalLayer: Codable, Sendable, Equatable {
    /// The newest version that has the build below.
    public let version: EnvironmentVersionSummary
    /// Whether that is the build of the current version: the next server has the layer too.
    public let isCurrent: Bool
    /// Whether a version or an environment was made of all that is in it.
    public let isSaved: Bool
    /// When something in it was changed last, in seconds since 1970.
    public let changed: Double
    /// What is in it.
    public let summary: LayerSummary

    public init(version: EnvironmentVersionSummary, isCurrent: Bool, isSaved: Bool, changed: Double, summary: LayerSummary) {
        self.version = version
        self.isCurrent = isCurrent
        self.isSaved = isSaved
        self.changed = changed
        self.summary = summary
    }
}

/// Which versions of an environment whoever asked has changed something over in their servers.
public struct OwnLayers: Codable, Sendable, Equatable {
    /// Nothing was changed over any.
    public static let none = OwnLayers(hasCurrent: false, earlier: 0)

    /// Whether something was changed over the current version.
    public let hasCurrent: Bool
    /// Over how many earlier builds something was that nobody has saved: no server that starts now has it.
    public let earlier: Int

    public init(hasCurrent: Bool, earlier: Int) {
        self.hasCurrent = hasCurrent
        self.earlier = earlier
    }
}

/// What one has changed over all versions of an environment, the newest version first; empty layers are left out.
public struct ListLayers: LauncherCall {
    public static let name = "layer.list"
    public static let callers: Set<CallerRole> = [.gateway, .root, .member]
    public typealias Outcome = [PersonalLayer]

    public let account: String
    public let environment: String

    public init(account: String, environment: String) {
        self.account = account
        self.environment = environment
    }
}

/// Looks what the personal layer over a version of an environment holds. Runs nothing of it.
public struct InspectLayer: LauncherCall {
    public static let name = "layer.inspect"
    public static let callers: Set<CallerRole> = [.gateway, .root, .member]
    public typealias Outcome = LayerSummary

    public let account: String
    public let environment: String
    /// A version's identity, or at least its first four digits; nil for the current one.
    public let version: String?

    public init(account: String, environment: String, version: String? = nil) {
        self.account = account
        self.environment = environment
        self.version = version
    }
}

/// Makes what a personal layer holds the environment's next version: the current recipe is edited, solved, locked
/// and built. The new version begins with an empty layer. Or it becomes, with the version below, an environment of one's
/// own, for which the right to use the one below is enough.
public struct SaveLayer: LauncherCall {
    public static let name = "layer.save"
    public static let callers: Set<CallerRole> = [.gateway, .root, .member]
    public static let isLasting = true
    public typealias Progress = BuildProgress
    public typealias Outcome = EnvironmentSummary

    public let account: String
    public let environment: String
    /// The version that the layer lies over; nil for the current one.
    public let version: String?
    /// The name of a new environment of one's own; nil for the next version of this one.
    public let newName: String?

    public init(account: String, environment: String, version: String? = nil, newName: String? = nil) {
        self.account = account
        self.environment = environment
        self.version = version
        self.newName = newName
    }
}

/// Throws the personal layer over a version of an environment away. Refused while a server runs with it.
public struct DiscardLayer: LauncherCall {
    public static let name = "layer.discard"
    public static let callers: Set<CallerRole> = [.gateway, .root, .member]
    public typealias Outcome = Done

    public let account: String
    public let environment: String
    /// The version that the layer lies over; nil for the current one.
    public let version: String?
    /// The build that it lies over, or the beginning of it, of an ``OrphanedLayer``; nil for any other.
    public let orphan: String?

    public init(account: String, environment: String, version: String? = nil, orphan: String? = nil) {
        self.account = account
        self.environment = environment
        self.version = version
        self.orphan = orphan
    }
}
