/// `servers:`.
public struct ServersConfiguration: Sendable, Equatable {
    /// How many servers a person may have beside the one without a name; 0 for none.
    public var namedLimit = 5
    public var cull = CullConfiguration()

    public init() {}
}

/// When servers that nobody uses are stopped: `servers.cull:`.
public struct CullConfiguration: Sendable, Equatable {
    /// Seconds without use; nil for never.
    public var after: Double?
    /// Seconds after which a server is stopped in any case, a busy one too; nil for never.
    public var maxAge: Double?
    /// How long before, in seconds, the pages warn.
    public var warning: Double = 900
    /// Seconds between two looks.
    public var interval: Double = 60
    /// Whether an open tab counts as use, even where nothing runs in it.
    public var countsConnections = true

    public init() {}
}

/// `cull:` of a profile or of a limit.
public struct CullOverride: Sendable, Equatable {
    public var after = CullTime.inherit
    public var maxAge = CullTime.inherit

    public init() {}
}

/// One time of a ``CullOverride``.
public enum CullTime: Sendable, Equatable {
    /// As it is elsewhere.
    case inherit
    case never
    /// Seconds.
    case after(Double)
}
