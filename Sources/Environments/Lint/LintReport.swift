import Foundation

/// Findings about a recipe and the files beside it, ready to be shown.
public struct LintReport: Sendable {
    /// The recipe's file as the person named it.
    public let file: String
    public let findings: [LintFinding]

    public init(file: String, findings: [LintFinding]) {
        self.file = file
        self.findings = findings
    }

    /// The worst level there is; nil where all is well.
    public var worst: LintRule.Level? { findings.map(\.level).min() }

    /// `FILE:LINE:COLUMN: LEVEL: WHAT REMEDY [RULE]`, one on a line, as compilers write it.
    public var text: String {
        findings.map { "\($0.file ?? file):\($0.mark): \($0.level.rawValue): \(Self.words($0)) [\($0.rule.rawValue)]\n" }.joined()
    }

    /// An array of objects: `rule`, `level`, `file`, `line`, `column`, `message`, `remedy`, `fixable`.
    public var json: String {
        get throws {
            struct Entry: Encodable {
                let rule: LintRule, level: LintRule.Level, file: String, line: Int, column: Int
                let message: String, remedy: String, fixable: Bool
            }
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
            let entries = findings.map {
                Entry(
                    rule: $0.rule, level: $0.level, file: $0.file ?? file, line: $0.mark.line, column: $0.mark.column,
                    message: $0.what.english,
                    remedy: $0.remedy.english, fixable: !$0.fix.isEmpty)
            }
            return String(decoding: try encoder.encode(entries), as: UTF8.self) + "\n"
        }
    }

    /// Annotations of GitHub's workflows (“Workflow commands”, docs.github.com).
    public var github: String {
        findings.map { finding in
            let kind =
                switch finding.level {
                case .error: "error"
                case .warning: "warning"
                case .hint: "notice"
                }
            let place = "file=\(Self.property(finding.file ?? file)),line=\(finding.mark.line),col=\(finding.mark.column)"
            return "::\(kind) \(place),title=\(finding.rule.rawValue)::\(Self.data(Self.words(finding)))\n"
        }.joined()
    }

    /// What was found by trying has no remedy of its own.
    private static func words(_ finding: LintFinding) -> String {
        [finding.what.english, finding.remedy.english].filter { !$0.isEmpty }.joined(separator: " ")
    }

    private static func data(_ text: String) -> String {
        text.replacing("%", with: "%25").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
    }

    private static func property(_ text: String) -> String {
        data(text).replacing(":", with: "%3A").replacing(",", with: "%2C")
    }
}
