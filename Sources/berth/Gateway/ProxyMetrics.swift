import Metering
import Proxy

extension Proxy {
    /// The loops' counts in Prometheus' terms.
    func families() async -> [MetricFamily] {
        let measures = await measure()
        guard !measures.isEmpty else { return [] }
        func sum(_ part: KeyPath<ProxyMeasure, Int>) -> Double { Double(measures.reduce(0) { $0 + $1[keyPath: part] }) }
        return [
            MetricFamily("berth_proxy_requests_total", .counter, help: "Requests whose head was read.").adding(sum(\.requests)),
            MetricFamily("berth_proxy_bytes_total", .counter, help: "Bytes from (in) and to (out) clients, without TLS.")
                .adding(sum(\.received), [.init("direction", "in")]).adding(sum(\.sent), [.init("direction", "out")]),
            MetricFamily("berth_proxy_upstream_errors_total", .counter, help: "Answers of 502 and 503 in the place of an upstream.")
                .adding(sum(\.upstreamErrors)),
            MetricFamily("berth_proxy_connections", .gauge, help: "Open connections of clients.").adding(sum(\.connections)),
            MetricFamily("berth_proxy_upgrades", .gauge, help: "Open WebSockets.").adding(sum(\.upgrades)),
            measures.enumerated().reduce(
                MetricFamily("berth_event_loop_lag_seconds", .gauge, help: "How long each event loop took to come to this scrape.")
            ) { $0.adding($1.element.lag, [.init("loop", "\($1.offset)")]) },
        ]
    }
}
