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

/// Looks what the personal layer over an environment's current version holds. Runs nothing of it.
public struct InspectLayer: LauncherCall {
    public static let name = "layer.inspect"
    public static let callers: Set<CallerRole> = [.gateway, .root, .member]
    public typealias Outcome = LayerSummary

    public let account: String
    public let environment: String

    public init(account: String, environment: String) {
        self.account = account
        self.environment = environment
    }
}

/// Makes what the personal layer holds the environment's next version: the recipe is edited, solved, locked
/// and built. The new version begins with an empty layer. Or it becomes an environment of one's own, for which the right
/// to use the one below is enough.
public struct SaveLayer: LauncherCall {
    public static let name = "layer.save"
    public static let callers: Set<CallerRole> = [.gateway, .root, .member]
    public typealias Progress = BuildProgress
    public typealias Outcome = EnvironmentSummary

    public let account: String
    public let environment: String
    /// The name of a new environment of one's own; nil for the next version of this one.
    public let newName: String?

    public init(account: String, environment: String, newName: String? = nil) {
        self.account = account
        self.environment = environment
        self.newName = newName
    }
}

/// Throws the personal layer over an environment's current version away. Refused while a server runs with it.
public struct DiscardLayer: LauncherCall {
    public static let name = "layer.discard"
    public static let callers: Set<CallerRole> = [.gateway, .root, .member]
    public typealias Outcome = Done

    public let account: String
    public let environment: String

    public init(account: String, environment: String) {
        self.account = account
        self.environment = environment
    }
}
