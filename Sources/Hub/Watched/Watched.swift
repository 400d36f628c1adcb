import Audit
import Metering

/// What a hub is watched with: the log of who did what, and the numbers.
public struct Watched: Sendable {
    let audit: AuditLog?
    let metrics: MetricsRegistry
    let collect: @Sendable () async -> [MetricFamily]

    /// - Parameters:
    ///   - audit: where events are noted; nil for nowhere.
    ///   - metrics: the registry behind `/hub/metrics`.
    ///   - collect: what is measured elsewhere and asked for at each scrape, such as the proxy's counters.
    public init(
        audit: AuditLog? = nil, metrics: MetricsRegistry = MetricsRegistry(),
        collect: @escaping @Sendable () async -> [MetricFamily] = { [] }
    ) {
        self.audit = audit
        self.metrics = metrics
        self.collect = collect
    }
}
