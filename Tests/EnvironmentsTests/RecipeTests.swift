import Testing
import YAML

@testable import Environments

@Suite("Recipes: environment.yml as conda reads it")
struct RecipeTests {
    @Test("A whole one")
    func whole() throws {
        let recipe = try Recipe(
            yaml: """
                name: lab
                channels:
                  - https://conda.example.org/team
                  - conda-forge
                  - nodefaults
                dependencies:
                  - python=3.11
                  - conda-forge::NumPy >=2,<3
                  - "scipy[version='>=1.11']"
                  - https://conda.example.org/linux-64/my-tool-1.2-h0_1.conda
                  - pip
                  - pip:
                      - --extra-index-url https://pypi.example.org/simple
                      - humanize==4.11.0
                variables:
                  PORT: 8080
                  DEBUG: true
                platforms: [linux-64, osx-arm64]
                prefix: /home/anna/miniconda3/envs/lab
                """)
        #expect(recipe.name?.text == "lab")
        #expect(recipe.channels.map(\.text) == ["https://conda.example.org/team", "conda-forge"])
        #expect(recipe.dependencies.map(\.name) == ["python", "numpy", "scipy", "my-tool", "pip"])
        #expect(recipe.dependencies[1].spec == "conda-forge::NumPy >=2,<3")
        #expect(recipe.dependencies[1].mark == Mark(line: 8, column: 5))
        #expect(recipe.pip.map(\.text) == ["--extra-index-url https://pypi.example.org/simple", "humanize==4.11.0"])
        #expect(recipe.pipOptions == ["--extra-index-url https://pypi.example.org/simple"])
        #expect(recipe.pip[1].mark == Mark(line: 14, column: 9))
        #expect(recipe.variables == ["PORT": "8080", "DEBUG": "true"])
        #expect(recipe.platforms.map(\.text) == ["linux-64", "osx-arm64"])
        #expect(recipe.notices.count == 1)
        #expect(recipe.notices[0].english.contains("“prefix” in line 19 is ignored"))
        #expect(!recipe.lacksPip)
    }

    @Test("pip is missed where there is a pip part without it")
    func lacksPip() throws {
        #expect(try Recipe(yaml: "dependencies: [python, pip: [six]]").lacksPip)
        #expect(try !Recipe(yaml: "dependencies: [python, pip>=24, pip: [six]]").lacksPip)
    }

    @Test("Bytes that aren't UTF-8 are told with their line; a mark of byte order and a letter for lost ones are taken")
    func bytes() throws {
        for text in ["\u{FEFF}name: x\n", "# f\u{FFFD}r\n", ""] { #expect(try PlainText(text.utf8).text == text) }
        let latin = Array("name: ü\n# \u{FFFD}\nvariables: {A: M".utf8) + [0xFC] + Array("ller}\n".utf8)
        #expect(throws: NotUTF8(file: "x.yml", line: 3, encoding: "latin1")) { try PlainText(latin, of: "x.yml") }
        let wide: [UInt8] = [0xFF, 0xFE, 0x6E, 0]
        #expect(throws: NotUTF8(file: nil, line: 1, encoding: "utf-16")) { try PlainText(wide) }
    }

    @Test(
        "What is wrong is told with its line and what to do",
        arguments: [
            ("", 1, 1, "The recipe is empty", "Write “dependencies:”"),
            ("- numpy", 1, 1, "The recipe is a list", "Write “dependencies:”"),
            ("numpy>=2\nrequests", 1, 1, "This is a requirements.txt", "“berth env import”"),
            ("[workspace]\nname = \"x\"", 1, 1, "This is a pixi.toml", "“berth env import”"),
            ("numpy", 1, 1, "The recipe is the text “numpy”", "Write “dependencies:”"),
            ("name: x", 1, 1, "names no packages", "below “dependencies:”"),
            ("dependencies: numpy", 1, 15, "“dependencies” is the text “numpy”", "Write a list"),
            ("dependencies:\n  - numpy: 2", 2, 5, "“numpy” can't have packages of its own", "such as numpy=2.1"),
            ("dependencies:\n  - [numpy]", 2, 5, "A dependency is a list", "Write a package's name"),
            ("dependencies:\n  - \"=3\"", 2, 5, "“=3” names no package", "Write a package's name"),
            ("dependencies:\n  - num py!", 2, 5, "", ""),
            ("dependencies: [a]\nname: ../x", 2, 7, "The name is the text “../x”", "A name has 1 to 64"),
            ("dependencies: [a]\nname: große Liste", 2, 7, "The name is the text", "Write “grosse-Liste”, for example."),
            ("dependancies: [a]", 1, 1, "“dependancies” is no key", "Did you mean “dependencies”?"),
            ("dependencies: [a]\nplatforms: [linux-64, linux64]", 2, 23, "“linux64” is no platform", "Did you mean “linux-64”?"),
            ("dependencies: [a]\nplatforms: [amiga]", 2, 13, "“amiga” is no platform", "They are: linux-64, "),
            ("dependencies: [a]\nname: ''", 2, 7, "The name is", "A name has 1 to 64"),
            ("dependencies: [a]\nchannels: conda-forge", 2, 11, "“channels” is the text", "Write a list"),
            ("dependencies: [a]\nchannels: ['ftp://x']", 2, 12, "can't be reached by “ftp://x”", "https"),
            ("dependencies: [a]\nchannels: ['a b']", 2, 12, "“a b” is no channel", "conda-forge"),
            ("dependencies: [a]\ndependency: [b]", 2, 1, "“dependency” is no key", "The keys are"),
            ("dependencies: [a]\nvariables: [b]", 2, 12, "“variables” is a list", "NAME: value"),
            ("dependencies: [a]\nvariables: {1A: b}", 2, 13, "“1A” can't be the name", "Use letters"),
            ("dependencies: [a]\nvariables: {A: [b]}", 2, 16, "The variable “A” is a list", "Write a text"),
            ("dependencies:\n  - pip:\n    - -r requirements.txt", 3, 7, "names a file", "Write the file's lines here"),
            ("dependencies:\n  - pip:\n    - -e .", 3, 7, "a directory of yours", "git+https"),
            ("dependencies:\n  - pip:\n    - ./wheel.whl", 3, 7, "is a path", "Name a package"),
            ("dependencies:\n  - pip:\n    - --target=/etc", 3, 7, "“--target” decides", "Remove it"),
            ("dependencies:\n  - pip: six", 2, 10, "“pip” is the text", "Write a list"),
            ("dependencies: [a", 2, 1, "not YAML", "Check"),
            ("dependencies: [a]\ndependencies: [b]", 2, 1, "second time", "Remove one"),
        ])
    func wrong(text: String, line: Int, column: Int, what: String, remedy: String) throws {
        // The solver judges what follows a name.
        if what.isEmpty { return #expect(try Recipe(yaml: text).dependencies[0].name == "num") }
        let error = try #require(throws: RecipeError.self) { try Recipe(yaml: text) }
        let problem = try #require(error.problems.first)
        #expect(error.problems.count == 1)
        #expect(problem.mark == Mark(line: line, column: column), "\(problem)")
        #expect(problem.what.english.contains(what), "\(problem)")
        #expect(problem.remedy.english.contains(remedy), "\(problem)")
    }

    @Test("All that is wrong is told at once")
    func all() throws {
        let error = try #require(throws: RecipeError.self) {
            try Recipe(yaml: "nme: x\nchannels: y\ndependencies: [{a: 1}]\nvariables: 3\n")
        }
        #expect(error.problems.map(\.mark.line) == [1, 2, 3, 4])
        #expect(error.description.hasPrefix("environment.yml:1:1: “nme” is no key of an environment.yml."))
    }

    @Test(
        "Names of environments",
        arguments: [
            ("a", true), ("Lab-2.1_x", true), (String(repeating: "a", count: 64), true),
            ("", false), (".a", false), ("-a", false), ("_a", false), ("a/b", false), ("a..b", false), ("a.git", false),
            ("a.LOCK", false), ("a.", false), ("ä", false), ("a b", false), (String(repeating: "a", count: 65), false),
        ])
    func names(text: String, isName: Bool) {
        #expect((EnvironmentName(text) != nil) == isName)
    }
}
