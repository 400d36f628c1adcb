import YAML

/// Everything that is wrong with a `berth.yaml`: all of it at once, not the first thing only.
public struct ConfigurationError: Error, Sendable, CustomStringConvertible {
    /// One thing that is wrong.
    public struct Problem: Sendable, Equatable, CustomStringConvertible {
        /// The file as it was named.
        public let file: String
        /// Where in it; nil where the file as a whole is the problem.
        public let mark: Mark?
        /// What is wrong, in one sentence.
        public let what: String
        /// What to do, in one sentence.
        public let remedy: String

        public init(file: String, mark: Mark?, what: String, remedy: String) {
            self.file = file
            self.mark = mark
            self.what = what
            self.remedy = remedy
        }

        /// `FILE:LINE:COLUMN: WHAT REMEDY`.
        public var description: String {
            let place = mark.map { "\(file):\($0)" } ?? file
            return "\(place): \(what)" + (remedy.isEmpty ? "" : " \(remedy)")
        }
    }

    /// In the order of the text.
    public let problems: [Problem]

    public init(_ problems: [Problem]) { self.problems = problems }

    /// One line for each problem.
    public var description: String { problems.map(\.description).joined(separator: "\n") }
}
