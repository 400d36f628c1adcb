/// What is known of the use of one server, from the start of its container on.
struct ServerUse: Sendable, Equatable {
    /// The container that all of it is about.
    var container = ""
    var lastTraffic: Double?
    var kept: Double?
    var report: JupyterReport?
    var warnedSince: Double?
    var ending: ServerEnding?

    /// The last sign of use, in seconds since 1970.
    var lastActivity: Double? {
        [lastTraffic, kept, report?.lastActivity, report?.lastWork].compactMap { $0 }.max()
    }
}

/// A server that will be stopped unless something changes.
public struct ServerEnding: Sendable, Equatable {
    /// Seconds since 1970.
    public let at: Double
    public let reason: CullJudgement.Reason

    public init(at: Double, reason: CullJudgement.Reason) {
        self.at = at
        self.reason = reason
    }
}
