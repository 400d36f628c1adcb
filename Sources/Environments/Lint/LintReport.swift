import Foundation

/// Findings about a recipe and the files beside it, ready to be shown.
public struct LintReport: Sendable, Equatable {
    /// One finding as programs read it. What wrote it may know rules that whoever reads it does not.
    public struct Entry: Codable, Sendable, Equatable {
        /// A ``LintRule``'s name.
        public let rule: String
        public let level: LintRule.Level
        /// The recipe's file, or one beside it.
        public let file: String
        public let line: Int
        public let column: Int
        /// What is so, in English.
        public let message: String
        /// What to do; empty for what was found by trying.
        public let remedy: String
        /// Whether it can be mended without a person.
        public let fixable: Bool
    }

    /// In the order of the text.
    public let entries: [Entry]

    public init(entries: [Entry]) { self.entries = entries }

    /// - Parameter file: The recipe's file as the person named it.
    public init(file: String, findings: [LintFinding]) {
        entries = findings.map {
            Entry(
                rule: $0.rule.rawValue, level: $0.level, file: $0.file ?? file, line: $0.mark.line, column: $0.mark.column,
                message: $0.what.english, remedy: $0.remedy.english, fixable: !$0.fix.isEmpty)
        }
    }

    /// The worst level there is; nil where all is well.
    public var worst: LintRule.Level? { entries.map(\.level).min() }

    /// `FILE:LINE:COLUMN: LEVEL: WHAT REMEDY [RULE]`, one on a line, as compilers write it.
    public var text: String {
        entries.map { "\($0.file):\($0.line):\($0.column): \($0.level.rawValue): \(Self.words($0)) [\($0.rule)]\n" }.joined()
    }

    /// ``entries`` as a JSON array.
    public var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(entries), as: UTF8.self) + "\n"
        }
    }

    /// Annotations of GitHub's workflows (“Workflow commands”, docs.github.com).
    public var github: String {
        entries.map { entry in
            let kind =
                switch entry.level {
                case .error: "error"
                case .warning: "warning"
                case .hint: "notice"
                }
            let place = "file=\(Self.property(entry.file)),line=\(entry.line),col=\(entry.column)"
            return "::\(kind) \(place),title=\(Self.property(entry.rule))::\(Self.data(Self.words(entry)))\n"
        }.joined()
    }

    /// What was found by trying has no remedy of its own.
    private static func words(_ entry: Entry) -> String {
        [entry.message, entry.remedy].filter { !$0.isEmpty }.joined(separator: " ")
    }

    private static func data(_ text: String) -> String {
        text.replacing("%", with: "%25").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
    }

    private static func property(_ text: String) -> String {
        data(text).replacing(":", with: "%3A").replacing(",", with: "%2C")
    }
}
