import Testing
import YAML

@Suite("YAML: text to nodes")
struct NodeTests {
    @Test("Every node knows the line and column where it begins")
    func marks() throws {
        let document = try #require(try Node.parse("name: demo\nlist:\n  - one\n  - {a: 1}\n"))
        #expect(document.mark == Mark(line: 1, column: 1))
        #expect(document["name"]?.mark == Mark(line: 1, column: 7))
        let items = try #require(document["list"]?.sequence)
        #expect(items.map(\.mark) == [Mark(line: 3, column: 5), Mark(line: 4, column: 5)])
        #expect(items[1]["a"]?.scalar?.int == 1)
    }

    @Test("Columns count characters, not bytes")
    func columnsInCharacters() throws {
        let document = try #require(try Node.parse("{é: 1, ü: 2}"))
        #expect(document["ü"]?.mark == Mark(line: 1, column: 11))
    }

    @Test("An empty text, or one of comments, is no document", arguments: ["", "\n\n", "# nothing\n"])
    func empty(text: String) throws {
        #expect(try Node.parse(text) == nil)
    }

    @Test("Mappings keep their order")
    func order() throws {
        let document = try #require(try Node.parse("z: 1\na: 2\nm: 3\n"))
        #expect(document.mapping?.compactMap(\.key.scalar?.text) == ["z", "a", "m"])
    }

    @Test("An alias has the content of its anchor and a place of its own")
    func aliases() throws {
        let document = try #require(try Node.parse("a: &x [1, 2]\nb: *x\n"))
        #expect(document["b"]?.sequence?.count == 2)
        #expect(document["b"]?.mark == Mark(line: 2, column: 4))
    }

    @Test(
        "What is wrong has its place",
        arguments: [
            ("a: 1\na: 2\n", 2, 1, "second time"),
            ("a: *nowhere\n", 1, 4, "no anchor"),
            ("a: 1\n---\nb: 2\n", 2, 1, "second document"),
            ("[1, 2]: 3\n", 1, 1, "key must be a simple text"),
            ("a:\n\t- 1\n", 2, 1, "cannot start any token"),
            ("a: b: c\n", 1, 5, "mapping values are not allowed"),
            ("a: [1, 2\n", 2, 1, "did not find expected ',' or ']'"),
            ("a: 'open\n", 2, 1, "unexpected end of stream"),
        ])
    func errors(text: String, line: Int, column: Int, problem: String) throws {
        let error = try #require(throws: YAMLError.self) { try Node.parse(text) }
        #expect(error.mark == Mark(line: line, column: column))
        #expect(error.problem.english.contains(problem))
        #expect(!error.remedy.english.isEmpty)
    }

    @Test("An alias bomb is refused before it takes memory")
    func bomb() throws {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...12 {
            let previous = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(previous)]\n"
        }
        let error = try #require(throws: YAMLError.self) { try Node.parse(text) }
        #expect(error.problem.english.contains("aliases"))
    }

    @Test("An anchor can't contain itself")
    func cycle() {
        #expect(throws: YAMLError.self) { try Node.parse("a: &x [*x]\n") }
    }

    @Test("Nesting and size have limits")
    func limits() throws {
        let deep = try #require(throws: YAMLError.self) {
            try Node.parse(String(repeating: "[", count: 80) + String(repeating: "]", count: 80))
        }
        #expect(deep.problem.english.contains("Nested"))
        let large = try #require(throws: YAMLError.self) { try Node.parse(String(repeating: "#", count: 5 << 20)) }
        #expect(large.problem.english.contains("larger"))
    }

    @Test("Bytes that YAML forbids are named")
    func control() throws {
        let error = try #require(throws: YAMLError.self) { try Node.parse("a: 1\nb: \u{1}\n") }
        #expect(error.problem.english.contains("control characters"))
        #expect(error.mark.line == 2)
    }
}
