/// A person who has logged in at least once. Times are in seconds since 1970.
public struct User: Sendable, Equatable {
    /// The canonical account name.
    public let name: String
    public let uid: UInt32
    /// The name for people; may be empty.
    public let fullName: String
    /// Whether they are an administrator: by a group of the host, or because an administrator made them one.
    public let admin: Bool
    /// Whether they are in an administrators' group of the host, as it said last.
    public let isAdminByGroup: Bool
    public let created: Double
    public let lastActivity: Double

    public init(
        name: String, uid: UInt32, fullName: String, admin: Bool, isAdminByGroup: Bool, created: Double, lastActivity: Double
    ) {
        self.name = name
        self.uid = uid
        self.fullName = fullName
        self.admin = admin
        self.isAdminByGroup = isAdminByGroup
        self.created = created
        self.lastActivity = lastActivity
    }
}

/// What a person last started a server with.
public struct ServerChoice: Sendable, Equatable {
    public let profile: String?
    public let environment: String?

    public init(profile: String?, environment: String?) {
        self.profile = profile
        self.environment = environment
    }
}
