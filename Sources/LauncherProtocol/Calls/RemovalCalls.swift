/// Removes an environment. It can be brought back for a while; its build goes when nothing needs it any more.
public struct RemoveEnvironment: LauncherCall {
    public static let name = "environment.remove"
    public static let callers: Set<CallerRole> = [.gateway, .root, .member]
    public typealias Outcome = RemovedEnvironment

    public let account: String
    public let environment: String

    public init(account: String, environment: String) {
        self.account = account
        self.environment = environment
    }
}

/// An environment that was removed and can be brought back.
public struct RemovedEnvironment: Codable, Sendable, Equatable {
    /// What it is called among the removed ones: several may have had one name.
    public let id: String
    /// The name that it had.
    public let name: String
    /// When it was removed, in seconds since 1970.
    public let removed: Double
    /// Until when it can be brought back, in seconds since 1970.
    public let until: Double
    /// Whether its owner has another environment of the name by now.
    public let isNameTaken: Bool

    public init(id: String, name: String, removed: Double, until: Double, isNameTaken: Bool) {
        self.id = id
        self.name = name
        self.removed = removed
        self.until = until
        self.isNameTaken = isNameTaken
    }
}

/// What an account's removed environments are, the last one first.
public struct ListRemovedEnvironments: LauncherCall {
    public static let name = "environment.list-removed"
    public static let callers: Set<CallerRole> = [.gateway, .root, .member]
    public typealias Outcome = [RemovedEnvironment]

    public let account: String

    public init(account: String) { self.account = account }
}

/// Makes a removed environment one of its owner's again; whom it was shared with or assigned to is forgotten.
public struct BringBackEnvironment: LauncherCall {
    public static let name = "environment.bring-back"
    public static let callers: Set<CallerRole> = [.gateway, .root, .member]
    public typealias Outcome = EnvironmentSummary

    public let account: String
    /// Its name, which means the one removed last, or its ``RemovedEnvironment/id``.
    public let removed: String
    /// What it is to be called; nil for the name that it had.
    public let newName: String?

    public init(account: String, removed: String, newName: String? = nil) {
        self.account = account
        self.removed = removed
        self.newName = newName
    }
}
