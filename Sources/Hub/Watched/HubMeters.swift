import Audit
import LauncherProtocol
import Metering
import Metrics

/// What the hub counts while it goes.
struct HubMeters: Sendable {
    private let registry: MetricsRegistry

    init(_ registry: MetricsRegistry) {
        self.registry = registry
        registry.describe("berth_logins_total", "Log-ins by result.")
        registry.describe("berth_environment_builds_total", "Environments built, by result.")
        registry.describe("berth_server_starts_total", "Servers started, by result.")
        registry.describe("berth_server_failures_total", "Servers that ended by themselves after they had run.")
        registry.describe("berth_server_failure_causes_total", "Servers that did not start or ended by themselves, by cause.")
        registry.describe("berth_culls_total", "Servers that were stopped because nobody used them, by reason.")
        registry.describe(
            "berth_server_start_seconds",
            "How long starts took: until the container ran, from there to Jupyter's first answer, and in total.")
        // From the first scrape on there, so that the first event is an increase.
        for result in [AuditEvent.Result.success, .refused, .failed] {
            counter("berth_logins_total", ["result": result.rawValue]).increment(by: 0)
        }
        for result in [AuditEvent.Result.success, .failed] {
            counter("berth_environment_builds_total", ["result": result.rawValue]).increment(by: 0)
            counter("berth_server_starts_total", ["result": result.rawValue]).increment(by: 0)
        }
        counter("berth_server_failures_total", [:]).increment(by: 0)
        for reason in ["idle", "age"] { counter("berth_culls_total", ["reason": reason]).increment(by: 0) }
        for phase in ServerCourse.Phase.allCases { _ = timer(phase) }
    }

    func count(_ what: AuditEvent.Kind, _ result: AuditEvent.Result) {
        switch what {
        case .login: counter("berth_logins_total", ["result": result.rawValue]).increment()
        case .environmentCreate: counter("berth_environment_builds_total", ["result": result.rawValue]).increment()
        case .serverStart: counter("berth_server_starts_total", ["result": result.rawValue]).increment()
        case .serverFailed: counter("berth_server_failures_total", [:]).increment()
        default: break
        }
    }

    func record(start phase: ServerCourse.Phase, _ duration: Duration) { timer(phase).record(duration: duration) }

    func countFailure(_ cause: FailureCause?) {
        counter("berth_server_failure_causes_total", ["cause": cause?.rawValue ?? "unknown"]).increment()
    }

    func countCull(_ reason: String) { counter("berth_culls_total", ["reason": reason]).increment() }

    private func counter(_ name: String, _ labels: [String: String]) -> Counter {
        Counter(label: name, dimensions: labels.map { ($0, $1) }, factory: registry)
    }

    private func timer(_ phase: ServerCourse.Phase) -> Metrics.Timer {
        Metrics.Timer(label: "berth_server_start_seconds", dimensions: [("phase", phase.rawValue)], factory: registry)
    }
}
