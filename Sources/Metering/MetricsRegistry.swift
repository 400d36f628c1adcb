import Metrics
import Synchronization

/// The numbers of this process: a backend of swift-metrics that can be read.
///
/// ```swift
/// let registry = MetricsRegistry()
/// registry.describe("berth_logins_total", "Log-ins by result.")
/// Counter(label: "berth_logins_total", dimensions: [("result", "success")], factory: registry).increment()
/// Exposition.text(registry.families)
/// ```
/// Counters become counters, meters gauges, timers and aggregating recorders histograms. Timers
/// are in seconds, so their names should end in `_seconds`.
public final class MetricsRegistry: MetricsFactory {
    private let state = Mutex(State())

    private struct State {
        var help: [String: String] = [:]
        var bounds: [String: [Double]] = [:]
        var series: [Key: Series] = [:]
    }

    private struct Key: Hashable {
        let name: String
        let labels: [MetricFamily.Label]
    }

    /// From a tenth of a second to ten minutes.
    public static let defaultBounds = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600]

    public init() {}

    /// Words for a name, and the bounds of its buckets where it is a histogram. Before its first use.
    public func describe(_ name: String, _ help: String, bounds: [Double]? = nil) {
        state.withLock { state in
            state.help[name] = help
            state.bounds[name] = bounds
        }
    }

    /// Everything as it stands now.
    public var families: [MetricFamily] {
        let (series, help) = state.withLock { ($0.series, $0.help) }
        var families: [String: MetricFamily] = [:]
        for (key, one) in series.sorted(by: { Self.order($0.key) < Self.order($1.key) }) {
            let value = one.value
            var family = families[key.name] ?? MetricFamily(key.name, value.kind, help: help[key.name] ?? "")
            // One name has one type; whoever uses it for another is left out.
            guard family.kind == value.kind else { continue }
            switch value {
            case .counter(let number), .gauge(let number): family.add(number, key.labels)
            case .histogram(let histogram): family.add(histogram, key.labels)
            }
            families[key.name] = family
        }
        return Array(families.values)
    }

    private static func order(_ key: Key) -> String { ([key.name] + key.labels.map(\.value)).joined(separator: "\u{0}") }

    private func series(_ name: String, _ labels: [(String, String)], _ start: (State) -> Series.Value) -> Series {
        let key = Key(name: name, labels: labels.map { MetricFamily.Label($0.0, $0.1) }.sorted { $0.name < $1.name })
        return state.withLock { state in
            if let known = state.series[key] { return known }
            let new = Series(start(state))
            state.series[key] = new
            return new
        }
    }

    private func histogram(_ name: String, _ labels: [(String, String)]) -> Series {
        series(name, labels) { .histogram(Histogram(bounds: $0.bounds[name] ?? Self.defaultBounds)) }
    }

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(label, dimensions) { _ in .counter(0) }
    }

    public func makeFloatingPointCounter(label: String, dimensions: [(String, String)]) -> any FloatingPointCounterHandler {
        series(label, dimensions) { _ in .counter(0) }
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(label, dimensions) { _ in .gauge(0) }
    }

    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        aggregate ? histogram(label, dimensions) : series(label, dimensions) { _ in .gauge(0) }
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(label, dimensions)
    }

    // What was counted stays: a counter that went away and came back would look like a restart.
    public func destroyCounter(_ handler: any CounterHandler) {}
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    public func destroyMeter(_ handler: any MeterHandler) {}
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    public func destroyTimer(_ handler: any TimerHandler) {}
}
