import Metrics
import Synchronization

/// One name with one set of labels.
final class Series: Sendable {
    enum Value: Sendable {
        case counter(Double)
        case gauge(Double)
        case histogram(Histogram)

        var kind: MetricFamily.Kind {
            switch self {
            case .counter: .counter
            case .gauge: .gauge
            case .histogram: .histogram
            }
        }
    }

    private let state: Mutex<Value>

    init(_ value: Value) { state = Mutex(value) }

    var value: Value { state.withLock { $0 } }

    private func add(_ amount: Double) {
        state.withLock { value in
            switch value {
            case .counter(let sum): value = .counter(sum + amount)
            case .gauge(let sum): value = .gauge(sum + amount)
            case .histogram: break
            }
        }
    }

    private func take(_ number: Double) {
        state.withLock { value in
            switch value {
            case .histogram(var histogram):
                histogram.record(number)
                value = .histogram(histogram)
            case .gauge: value = .gauge(number)
            case .counter: break
            }
        }
    }
}

extension Series: CounterHandler, FloatingPointCounterHandler {
    func increment(by amount: Int64) { add(Double(amount)) }
    func increment(by amount: Double) { add(max(0, amount)) }

    func reset() {
        state.withLock { value in if case .counter = value { value = .counter(0) } }
    }
}

extension Series: MeterHandler {
    func set(_ value: Int64) { take(Double(value)) }
    func set(_ value: Double) { take(value) }
    func decrement(by amount: Double) { add(-amount) }
}

extension Series: RecorderHandler, TimerHandler {
    func record(_ value: Int64) { take(Double(value)) }
    func record(_ value: Double) { take(value) }
    func recordNanoseconds(_ duration: Int64) { take(Double(duration) / 1e9) }
}
