import Foundation
import Testing

/// What people read is there in Chinese too: the sentences are looked for where the sources write them.
@Suite struct TranslationTests {
    /// Whose arguments are told to people.
    private static let calls: Set = [
        "StartProgress", "BuildProgress", "ImageProgress", "LintFinding", "StoreError", "LauncherError", "HubError", "LockFileError",
        "problem", ".silent",
    ]
    private static let modules = ["Environments", "Store", "Spawner", "Launcher", "LauncherProtocol", "Servers", "Hub"]

    private static func translations() throws -> [String: String] {
        let data = try Data(contentsOf: SourceFiles.root.appendingPathComponent("static/text/zh.json"))
        return try #require(try JSONDecoder().decode([String: [String: String]].self, from: data)["said"])
    }

    private static func sentences(of module: String) throws -> Set<String> {
        let literals = try SourceFiles.texts(of: module).flatMap { SourceLiterals($0).all }
        return Set(literals.filter { calls.contains($0.callee) && $0.template.contains(" ") }.map(\.template))
    }

    @Test(arguments: modules)
    func everySentenceIsThereInChinese(module: String) throws {
        let translations = try Self.translations()
        let missing = try Self.sentences(of: module).filter { translations[$0] == nil }.sorted()
        #expect(missing.isEmpty, "static/text/zh.json, “said”, lacks:\n\(missing.joined(separator: "\n"))")
    }

    @Test func finds() throws {
        let source = #"""
            throw StoreError(.invalid, "“\(name.map { "<\($0)>" } ?? "")” is gone. " + "Take \(other).") // "no"
            log("quiet"); f(["a", "b c"])
            """#
        let literals = SourceLiterals(source).all
        #expect(literals.map(\.callee) == ["StoreError", "log", "", ""])
        #expect(literals[0].template == "“{1}” is gone. Take {2}.")
        #expect(try Self.sentences(of: "Store").contains("Reading the recipe"))
    }

    @Test func keepsTheValuesOfEachSentence() throws {
        for (template, translation) in try Self.translations() {
            let places = { (text: String) in text.matches(of: /\{\d+\}/).map { String($0.output) }.sorted() }
            #expect(places(template) == places(translation), "\(template)")
        }
    }
}
