extension Phrase: ExpressibleByStringInterpolation {
    public init(stringLiteral text: String) { self.init(template: text, values: []) }

    public init(stringInterpolation parts: Parts) { self.init(template: parts.template, values: parts.values) }

    /// Gathers a literal's words and the values between them.
    public struct Parts: StringInterpolationProtocol {
        var template = ""
        var values: [Value] = []

        public init(literalCapacity: Int, interpolationCount: Int) {
            template.reserveCapacity(literalCapacity + 3 * interpolationCount)
            values.reserveCapacity(interpolationCount)
        }

        public mutating func appendLiteral(_ literal: String) { template += literal }

        public mutating func appendInterpolation(_ phrase: Phrase) { append(.phrase(phrase)) }

        /// Anything else, as it describes itself.
        public mutating func appendInterpolation<Subject>(_ value: Subject) { append(.text("\(value)")) }

        private mutating func append(_ value: Value) {
            values.append(value)
            template += "{\(values.count)}"
        }
    }
}
