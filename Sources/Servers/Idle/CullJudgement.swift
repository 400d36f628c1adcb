/// Whether a server goes on, as a value: what is known of its use in, a decision out.
///
/// A server is used while a kernel is busy, while kernels, terminals and clients do something, and
/// where connections count while somebody is connected. Nobody's server is stopped without a
/// warning that stood for as long as the rules say, whatever happened before.
public struct CullJudgement: Sendable, Equatable {
    /// When a server is stopped; times in seconds.
    public struct Rules: Sendable, Equatable {
        /// Without use; nil for never.
        public var after: Double?
        /// In any case; nil for never.
        public var maxAge: Double?
        /// How long a warning stands before.
        public var warning: Double
        /// Whether requests and open connections are use; else only what kernels and terminals do.
        public var countsConnections: Bool

        public init(after: Double?, maxAge: Double?, warning: Double, countsConnections: Bool) {
            self.after = after
            self.maxAge = maxAge
            self.warning = warning
            self.countsConnections = countsConnections
        }
    }

    /// Why a server is stopped.
    public enum Reason: String, Sendable {
        /// Nobody used it.
        case idle
        /// It ran for as long as a server may.
        case age
    }

    /// What is to be done.
    public enum Decision: Sendable, Equatable {
        case leave
        /// It will be stopped `at` a time, in seconds since 1970.
        case warn(at: Double, Reason)
        case stop(Reason)
    }

    public let rules: Rules
    /// Seconds since 1970, as all times here.
    public let started: Double
    /// What passed through the proxy last, an open WebSocket included; nil for nothing yet.
    public var lastTraffic: Double?
    /// When its owner last asked to keep it.
    public var kept: Double?
    /// What Jupyter says; nil where it does not answer.
    public var report: JupyterReport?
    /// Since when a warning stands.
    public var warnedSince: Double?

    public init(rules: Rules, started: Double) {
        self.rules = rules
        self.started = started
    }

    public func decide(at now: Double) -> Decision {
        let idle = ending(lastUse(now).flatMap { last in rules.after.map { last + $0 } }, .idle, now)
        let age = ending(rules.maxAge.map { started + $0 }, .age, now)
        switch (idle, age) {
        case (.stop, _): return idle
        case (_, .stop): return age
        case (.warn(let first, _), .warn(let second, _)): return first <= second ? idle : age
        case (.warn, _): return idle
        default: return age
        }
    }

    /// The last use; nil where nobody can say, because Jupyter does not answer: it may be busy.
    private func lastUse(_ now: Double) -> Double? {
        guard let report else { return nil }
        if report.busyKernels > 0 { return now }
        let signs = rules.countsConnections ? [report.lastActivity, report.lastWork, lastTraffic, kept] : [report.lastWork, kept]
        // A server could tell a time that never comes.
        return min(now, signs.compactMap { $0 }.reduce(started, max))
    }

    private func ending(_ end: Double?, _ reason: Reason, _ now: Double) -> Decision {
        guard let end, now >= end - rules.warning else { return .leave }
        let due = max(end, (warnedSince ?? now) + rules.warning)
        return now >= due ? .stop(reason) : .warn(at: due, reason)
    }
}
