/// All samples of one name.
public struct MetricFamily: Sendable, Equatable {
    public enum Kind: String, Sendable { case counter, gauge, histogram }

    /// One line.
    public struct Sample: Sendable, Equatable {
        /// `_bucket`, `_sum` and `_count` of a histogram; empty otherwise.
        public let suffix: String
        public let labels: [Label]
        public let value: Double
    }

    /// A label's name and value.
    public struct Label: Sendable, Hashable {
        public let name: String
        public let value: String

        public init(_ name: String, _ value: String) {
            self.name = Exposition.name(name, colons: false)
            self.value = value
        }
    }

    public let name: String
    /// One line for people.
    public let help: String
    public let kind: Kind
    public private(set) var samples: [Sample] = []

    public init(_ name: String, _ kind: Kind, help: String) {
        self.name = Exposition.name(name)
        self.kind = kind
        self.help = help
    }

    /// The same with one more sample.
    public func adding(_ value: Double, _ labels: [Label] = []) -> MetricFamily {
        var family = self
        family.add(value, labels)
        return family
    }

    mutating func add(_ value: Double, _ labels: [Label], suffix: String = "") {
        samples.append(Sample(suffix: suffix, labels: labels, value: value))
    }

    /// A histogram's lines: the buckets add up, and the last one holds everything.
    mutating func add(_ histogram: Histogram, _ labels: [Label]) {
        var total = 0
        for (bound, count) in zip(histogram.bounds + [.infinity], histogram.counts) {
            total += count
            add(Double(total), labels + [Label("le", Exposition.number(bound))], suffix: "_bucket")
        }
        add(histogram.sum, labels, suffix: "_sum")
        add(Double(total), labels, suffix: "_count")
    }
}
