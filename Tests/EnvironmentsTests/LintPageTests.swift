import Environments
import Foundation
import Testing

@Suite("The page about the linter") struct LintPageTests {
    @Test("It has one section for each rule, under its level") func sections() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let page = try String(contentsOf: root.appendingPathComponent("docs/lint.md"), encoding: .utf8)
        var level = ""
        var named: [String: String] = [:]
        for line in page.split(separator: "\n") {
            if line.hasPrefix("## ") { level = line.dropFirst(3).dropLast().lowercased() }
            if line.hasPrefix("### ") {
                #expect(named.updateValue(level, forKey: String(line.dropFirst(4))) == nil, "\(line) is there twice")
            }
        }
        #expect(named == Dictionary(uniqueKeysWithValues: LintRule.allCases.map { ($0.rawValue, $0.level.rawValue) }))
    }
}
