import Testing

@testable import Environments

@Suite("Why a recipe can't be solved, in words")
struct ConflictTests {
    /// A recipe with `specs` from line 2 on, all of them in conflict.
    private func conflict(
        _ specs: String..., report: String, supply: Conflict.Supply = .init(), target: String = "linux-64"
    ) throws -> Conflict {
        let recipe = try Recipe(yaml: "dependencies:\n" + specs.map { "  - \($0)\n" }.joined())
        return Conflict(
            in: recipe, lines: Array(specs.indices), report: report.split(separator: "\n").map(String.init), supply: supply, target: target)
    }

    @Test("Two lines that need different versions of a third package, over several steps")
    func twoLines() throws {
        let found = try conflict(
            "a", "c",
            report: """
                The following packages are incompatible
                ├─ c * can be installed with any of the following options:
                │  └─ c 1.0 would require
                │     └─ zlib >=1.3, which can be installed with any of the following options:
                │        └─ zlib 1.3
                └─ a * cannot be installed because there are no viable options:
                   ├─ a 2.0 would require
                   │  └─ b >=2, which cannot be installed because there are no viable options:
                   │     └─ b 3.0 would require
                   │        └─ zlib 1.2.*, which cannot be installed because there are no viable options:
                   │           └─ zlib 1.2, which conflicts with the versions reported above.
                   └─ a 1.0 would require
                      └─ b *, which cannot be installed because there are no viable options:
                         └─ b 1.0 would require
                            └─ zlib <1.3, which cannot be installed because there are no viable options:
                               └─ zlib 1.2, which conflicts with the versions reported above.
                """)
        #expect(found.summary == "Lines 2 and 3 can't be met together: they want different versions of zlib.")
        #expect(
            found.lines.map(\.why) == [
                "a 2.0 needs b >=2, and b 3.0 needs zlib 1.2.*, and its other versions are no better.", "c 1.0 needs zlib >=1.3.",
            ])
        #expect(found.lines.map(\.mark.line) == [2, 3])
    }

    @Test("A package that nobody has: names like it, and the versions that there are")
    func missing() throws {
        let name = try conflict(
            "nunpy", report: "No candidates were found for nunpy *.",
            supply: .init(available: ["nunpy": []], similar: ["nunpy": ["numpy"]]))
        #expect(
            name.summary
                == "Line 2, “nunpy”, can't be met. It asks for nunpy. No channel of the recipe has “nunpy” for linux-64. Did you mean “numpy”?"
        )
        let version = try conflict(
            "python=3.10", report: "No candidates were found for python 3.10.*.",
            supply: .init(available: ["python": ["3.12.1", "3.11.2"]]))
        #expect(version.lines[0].why == "It asks for python 3.10.*. The channels have python 3.12.1, 3.11.2.")
        let deep = try conflict(
            "d",
            report: """
                d * cannot be installed because there are no viable options:
                └─ d 1.0 would require
                   └─ nosuch >=1, for which no candidates were found.
                """, supply: .init(available: ["nosuch": []]), target: "osx-arm64")
        #expect(deep.lines[0].why == "d 1.0 needs nosuch >=1. No channel of the recipe has “nosuch” for osx-arm64.")
    }

    @Test("A line that forbids what another asks for")
    func constrains() throws {
        let found = try conflict(
            "k", "zlib>=1.3",
            report: """
                The following packages are incompatible
                ├─ zlib >=1.3 can be installed with any of the following options:
                │  └─ zlib 1.3 | 1.4
                └─ k * cannot be installed because there are no viable options:
                   └─ k 1.0 would constrain
                      └─ zlib <1.3, which conflicts with any installable versions previously reported
                """)
        #expect(found.summary.english.hasSuffix("they want different versions of zlib."))
        #expect(found.lines.map(\.why) == ["k 1.0 allows only zlib <1.3.", "It asks for zlib >=1.3."])
    }

    @Test("A line that the report leaves out still has its words, and the channels aren't blamed for it")
    func unreported() throws {
        let found = try conflict(
            "berth-base=1", "berth-right",
            report: """
                berth-right * cannot be installed because there are no viable options:
                └─ berth-right 1.0 would require
                   └─ berth-base 2.*, for which no candidates were found.
                """, supply: .init(available: ["berth-base": ["2.0", "1.0"]]))
        #expect(found.summary == "Lines 2 and 3 can't be met together: they want different versions of berth-base.")
        #expect(found.lines.map(\.why) == ["It asks for berth-base=1.", "berth-right 1.0 needs berth-base 2.*."])
    }

    @Test("The host's own: a GPU, the C library, and a day")
    func host() throws {
        let gpu = try conflict(
            "g",
            report: """
                g * cannot be installed because there are no viable options:
                └─ g 1.0 would require
                   └─ __cuda >=12, for which no candidates were found.
                """)
        #expect(gpu.lines[0].why.english.contains("--with-cuda"))
        let day = try conflict(
            "b",
            report: """
                The following packages are incompatible
                └─ b * cannot be installed because there are no viable options:
                   └─ b 1.0 | 2.0 is excluded because the package is uploaded after the cutoff date of 2020-01-01 00:00:00
                """)
        #expect(day.lines[0].why.english.contains("left out because the package is uploaded after the cutoff date"))
    }

    @Test("A report that is none says no more than that", arguments: ["", "│\n├─\n└─ ", "something else entirely"])
    func unknown(report: String) throws {
        #expect(try conflict("a", "b", report: report).summary == "Lines 2 and 3 can't be met together.")
    }

    @Test("pip's words are about the lines that it names: where it tells an error, else where it was at work")
    func pip() throws {
        let recipe = try Recipe(
            yaml: """
                dependencies:
                  - pip
                  - pip:
                      - --pre
                      - My_Tool[x]>=2
                      - other
                      - src @ git+https://u:secret@h/src.git

                """)
        func blamed(_ lines: String...) -> [String] { recipe.blamed(in: lines).map { "\($0.line.mark.line) \($0.words)" } }
        let missing = "ERROR: No matching distribution found for libx>=3 (from my-tool)"
        #expect(blamed("Collecting other", "  " + missing) == ["5 " + missing])
        let both = "ERROR: Cannot install my.tool>=2 and other because these package versions have conflicting dependencies."
        #expect(blamed(both) == ["5 " + both, "6 " + both])
        let work = "Collecting src@ git+https://****@h/src.git"
        #expect(blamed("Collecting other", work, "error: metadata-generation-failed", "╰─> See above for output.") == ["7 " + work])
        #expect(recipe.blamed(in: [work]).allSatisfy { !$0.line.text.contains("secret") })
        #expect(blamed("ERROR: The disk is full.", "Collecting third") == [])
    }
}
