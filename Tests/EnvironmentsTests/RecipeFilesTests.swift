import Testing

@testable import Environments

@Suite("Files beside a recipe, and what is editable") struct RecipeFilesTests {
    private func expanded(_ text: String, _ files: [String: String]) -> String {
        ExpandedRecipe(text, named: "environment.yml") { files[$0] }.text
    }

    @Test("-r becomes the requirements themselves, nested ones too; -c becomes versions; all else stays") func expands() throws {
        let text = """
            # The team's.
            name: lab
            dependencies:
              - python=3.11  # as on the cluster
              - pip:
                  - -r reqs/base.txt
                  - "numpy[fast]>=2"  # arrays
                  - -c constraints.txt
                  - rich
            """
        let files = [
            "reqs/base.txt": "# base\n--extra-index-url https://i.example.org/simple\nsix==1.17 ; python_version > \"3\"\n-r more.txt\n",
            "reqs/more.txt": "einops\n-r ../last.txt\n", "last.txt": "tool @ https://h.example.org/tool-1.zip\n",
            "constraints.txt": "numpy<3  # not yet\neinops==0.8.0\nuvloop<1\n-c deep.txt\n", "deep.txt": "rich<15\n",
        ]
        let result = expanded(text, files)
        #expect(result.contains("# The team's.") && result.contains("# as on the cluster") && result.contains("# arrays"))
        let recipe = try Recipe(yaml: result)
        #expect(
            recipe.pip.map(\.text) == [
                "--extra-index-url https://i.example.org/simple", "six==1.17 ; python_version > \"3\"", "einops==0.8.0",
                "tool @ https://h.example.org/tool-1.zip", "numpy[fast]>=2,<3", "rich<15",
            ])
        #expect(result.contains("# -r reqs/base.txt\n") && result.contains("# left out, because nothing here names it: uvloop<1"))
        #expect(expanded(result, files) == result)
    }

    @Test("What isn't there, goes round in circles or stands in one line with others is left, and refused with its place")
    func left() throws {
        for (text, files) in [
            ("dependencies:\n  - pip:\n      - -r a.txt\n", [:]),
            ("dependencies:\n  - pip:\n      - -r a.txt\n", ["a.txt": "-r a.txt\n"]),
            ("dependencies:\n  - pip:\n      - -r a.txt\n", ["a.txt": "-r gone.txt\n"]),
            ("dependencies:\n  - pip: ['-r a.txt', six]\n", ["a.txt": "rich\n"]),
        ] as [(String, [String: String])] {
            #expect(expanded(text, files) == text)
            let error = #expect(throws: RecipeError.self) { try Recipe(yaml: text) }
            #expect(error?.problems.first?.mark.line ?? 0 >= 2)
        }
        // Nothing to do, nothing changed, and no file is looked for.
        let plain = "dependencies:\n  - pip:\n      - requests\n      - -rsix\n"
        var asked: [String] = []
        _ = ExpandedRecipe("dependencies:\n  - pip: [six]\n", named: "environment.yml") {
            asked.append($0); return nil
        }
        #expect(asked.isEmpty && expanded(plain, ["six": "six\n"]).contains("      - six\n"))
        #expect(expanded("dependencies: [", [:]) == "dependencies: [")
    }

    @Test("A requirements.txt to be imported is read with the files it names; what can't be read is told with its file")
    func imported() throws {
        let files = ["b.txt": "six\n-e .\n", "c.txt": "numpy<3\n", "d/e.txt": "-r gone.txt\n"]
        let requirements = Requirements("-r b.txt\nnumpy\n-c c.txt\n-r d/e.txt\n./x\n") { files[$0] }
        #expect(requirements.lines == ["six", "numpy<3"])
        #expect(
            requirements.notices.map { String($0.english.prefix { $0 != "”" }) } == [
                "Line 1 of d/e.txt: “-r gone.txt", "Line 2 of b.txt: “-e .", "Line 5: “./x",
            ])
        #expect(requirements.notices[0].english.contains("looked for at “d/gone.txt”"))
    }

    @Test("An editable URL is installed as the URL it is; an editable directory is refused with what to do") func editable() throws {
        for (line, installed) in [
            ("-e git+https://h.example.org/x.git@1.0#egg=x", "x @ git+https://h.example.org/x.git@1.0"),
            ("--editable=git+https://h.example.org/x.git#subdirectory=py&egg=x", "x @ git+https://h.example.org/x.git#subdirectory=py"),
            ("-e git+https://h.example.org/x.git", "git+https://h.example.org/x.git"),
            ("-e x @ git+https://h.example.org/x.git", "x @ git+https://h.example.org/x.git"),
        ] {
            let recipe = try Recipe(yaml: "dependencies:\n  - pip:\n      - '\(line)'\n")
            #expect(recipe.pip.map(\.text) == [installed])
            #expect(recipe.notices.contains { $0.english.contains("3:9") && $0.english.contains(installed) })
        }
        for line in ["-e .", "-e ./src", "--editable ../x", "-e file:///home/a/x"] {
            let error = #expect(throws: RecipeError.self) { try Recipe(yaml: "dependencies:\n  - pip:\n      - \(line)\n") }
            #expect("\(error?.problems.first?.remedy ?? "")".contains("personal layer"), "\(line)")
        }
    }

    @Test("Files of anybody's repository don't multiply") func hostile() {
        let constraints = (0..<20_000).map { "a<\($0)\n" }.joined(), requirements = String(repeating: "a\n", count: 20_000)
        let result = expanded(
            "dependencies:\n  - pip:\n      - -r r.txt\n      - -c c.txt\n", ["r.txt": requirements, "c.txt": constraints])
        #expect(result.utf8.count < 4 << 20)
    }
}
