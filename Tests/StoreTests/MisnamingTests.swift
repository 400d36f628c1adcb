import Environments
import Testing

@testable import Store

@Suite struct MisnamingTests {
    @Test("A recipe that calls itself something else is told of once: it renames nothing") func names() throws {
        let name = try #require(EnvironmentName("lab"))
        func told(_ own: String, after before: String?) throws -> Int {
            let recipe = try Recipe(yaml: "name: \(own)\ndependencies: [python]\n")
            return Store.misnaming(recipe, as: name, before: before.map { "name: \($0)\ndependencies: [python]\n" }).count
        }
        #expect(try told("other", after: "lab") == 1)
        #expect(try told("lab", after: "other") == 0)
        // It was given that name on purpose when it was made.
        #expect(try told("other", after: nil) == 0 && told("other", after: "other") == 0)
    }
}
