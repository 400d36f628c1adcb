/// How long sessions last, in seconds.
public struct SessionLimits: Sendable, Equatable {
    /// Without a request.
    public var idle: Double
    /// In any case.
    public var absolute: Double

    public init(idle: Double, absolute: Double) {
        self.idle = idle
        self.absolute = absolute
    }
}

/// One browser that a person has logged in with. Times are in seconds since 1970.
public struct Session: Sendable, Equatable {
    /// The public identifier, for logs, activity and revocation; it opens nothing.
    public let id: String
    public let account: String
    /// What forms of this session must carry.
    public let csrf: String
    public let created: Double
    /// When it ends in any case.
    public let expires: Double
    public var lastUsed: Double
    /// Where the person logged in from.
    public let address: String
    public let userAgent: String
    /// The PAM session that was opened with it, as the launcher knows it.
    public let login: String?

    func isLive(at now: Double, idle: Double) -> Bool { now < expires && now < lastUsed + idle }
}
