/// What somebody may do with an environment that is not theirs; each includes the one before.
public enum EnvironmentRight: String, Codable, Sendable, CaseIterable, Comparable {
    /// Start servers with it, look at it, take it away.
    case use
    /// Make new versions.
    case edit
    /// Share it with others, and remove it.
    case admin

    public static func < (one: EnvironmentRight, other: EnvironmentRight) -> Bool {
        allCases.firstIndex(of: one) ?? 0 < allCases.firstIndex(of: other) ?? 0
    }
}

/// One person or group that an environment is shared with.
public struct EnvironmentGrant: Codable, Sendable, Equatable {
    /// An account's name, or `@` and a group's.
    public let to: String
    public let right: EnvironmentRight

    public init(to: String, right: EnvironmentRight) {
        self.to = to
        self.right = right
    }
}

/// An environment that administrators give to people: it is among their choices, and they may use it.
public struct EnvironmentAssignment: Codable, Sendable, Equatable {
    /// `OWNER/NAME`.
    public let environment: String
    /// An account's name, `@` and a group's, or `*` for everybody.
    public let to: String
    /// A version's identity; nil for the newest.
    public let version: String?
    /// Whether servers start with it where nothing else was chosen.
    public let isDefault: Bool
    /// Whether it is the only choice of those it is given to.
    public let isMandatory: Bool

    public init(environment: String, to: String, version: String? = nil, isDefault: Bool = false, isMandatory: Bool = false) {
        self.environment = environment
        self.to = to
        self.version = version
        self.isDefault = isDefault
        self.isMandatory = isMandatory
    }
}

/// Whom an environment is shared with; for its owner and those with the right `admin`.
public struct ListGrants: LauncherCall {
    public static let name = "environment.grants"
    public static let callers: Set<CallerRole> = [.gateway, .root, .member]
    public typealias Outcome = [EnvironmentGrant]

    public let account: String
    /// `NAME`, or `OWNER/NAME` of somebody else's.
    public let environment: String

    public init(account: String, environment: String) {
        self.account = account
        self.environment = environment
    }
}

/// Shares an environment with a person or a group, or no longer.
public struct ShareEnvironment: LauncherCall {
    public static let name = "environment.share"
    public static let callers: Set<CallerRole> = [.gateway, .root, .member]
    public typealias Outcome = [EnvironmentGrant]

    public let account: String
    public let environment: String
    /// An account's name, or `@` and a group's.
    public let to: String
    /// Nil takes the share back.
    public let right: EnvironmentRight?

    public init(account: String, environment: String, to: String, right: EnvironmentRight?) {
        self.account = account
        self.environment = environment
        self.to = to
        self.right = right
    }
}

/// All assignments; for administrators.
public struct ListAssignments: LauncherCall {
    public static let name = "assignment.list"
    public static let callers: Set<CallerRole> = [.gateway, .root, .member]
    public typealias Outcome = [EnvironmentAssignment]

    /// Who asks.
    public let account: String

    public init(account: String) { self.account = account }
}

/// Assigns an environment, in place of an earlier assignment of it to the same, or takes that back.
public struct AssignEnvironment: LauncherCall {
    public static let name = "assignment.set"
    public static let callers: Set<CallerRole> = [.gateway, .root, .member]
    public typealias Outcome = [EnvironmentAssignment]

    /// Who asks.
    public let account: String
    public let assignment: EnvironmentAssignment
    public let isTakenBack: Bool

    public init(account: String, assignment: EnvironmentAssignment, isTakenBack: Bool = false) {
        self.account = account
        self.assignment = assignment
        self.isTakenBack = isTakenBack
    }
}
