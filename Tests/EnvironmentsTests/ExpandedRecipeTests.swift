import Testing
import YAML

@testable import Environments

@Suite("A recipe with the files beside it: each line's own place, what is found there, and what is mended") struct ExpandedRecipeTests {
    private func expanded(_ text: String, named file: String = "envs/environment.yml", _ files: [String: String]) -> ExpandedRecipe {
        ExpandedRecipe(text, named: file) { files[$0] }
    }

    /// `FILE:LINE:COLUMN` of where the first `word` of the whole text was written.
    private func place(of word: String, in recipe: ExpandedRecipe) throws -> String {
        let before = try #require(recipe.text.firstRange(of: word).map { recipe.text[..<$0.lowerBound] })
        let lines = before.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        let mark = Mark(line: lines.count, column: (lines.last?.unicodeScalars.count ?? 0) + 1)
        return described(recipe.place(of: mark))
    }

    private func described(_ place: ExpandedRecipe.Place) -> String { "\(place.file ?? "")\(place.file == nil ? "" : ":")\(place.mark)" }

    @Test(
        "A text that names no file is itself, place by place",
        arguments: [
            "name: lab\ndependencies:\n  - numpy\n  - pip:\n      - rich\n", "", "dependencies: [", "a\r\nb\r\n",
            "\u{FEFF}dependencies: [a]",
        ])
    func itself(text: String) {
        let recipe = expanded(text, ["a.txt": "six\n"])
        #expect(recipe == ExpandedRecipe(text) && recipe.text == text && !recipe.namesFiles)
        for line in 1...5 { #expect(recipe.place(of: Mark(line: line, column: 3)) == .init(file: nil, mark: Mark(line: line, column: 3))) }
        let edit = TextEdit.delete(line: 2)
        #expect(recipe.own(edit) == edit)
    }

    @Test("Lines of several files, of files that they name and of the recipe behind them know where they are written") func places() throws
    {
        let recipe = expanded(
            """
            dependencies:
              - pip:
                  - -r a.txt  # first
                  - rich
                  - --requirement=more/b.txt
              - numpy
            """,
            [
                "a.txt": "# base\n\n  six==1 \\\n  --hash=sha256:ab\neinops\n", "more/b.txt": "\u{FEFF}torch\n-r ../c.txt\n",
                "c.txt": "\r\njax\r\n",
            ])
        #expect(
            recipe.text == """
                dependencies:
                  - pip:
                      # -r a.txt  # first
                      - "six==1   --hash=sha256:ab"
                      - einops
                      - rich
                      # --requirement=more/b.txt
                      - torch
                      - jax
                  - numpy
                """)
        for (word, spot) in [
            ("dependencies", "1:1"), ("# first", "3:9"), ("\"six", "envs/a.txt:3:3"), ("hash", "envs/a.txt:3:3"),
            ("einops", "envs/a.txt:5:1"),
            ("rich", "4:9"), ("# --req", "5:9"), ("torch", "envs/more/b.txt:1:1"), ("jax", "envs/c.txt:2:1"), ("numpy", "6:5"),
        ] {
            #expect(try place(of: word, in: recipe) == spot, "\(word)")
        }
    }

    @Test(
        "Files are named as the recipe was",
        arguments: [
            ("environment.yml", "reqs/a.txt", "reqs/a.txt"), ("./environment.yml", "a.txt", "a.txt"),
            ("/environment.yml", "a.txt", "/a.txt"),
            ("../lab/environment.yml", "./a.txt", "../lab/a.txt"), ("envs/environment.yml", "../a.txt", "a.txt"),
            ("/repo/envs/environment.yml", "../a.txt", "/repo/a.txt"), ("envs/environment.yml", "/opt/a.txt", "/opt/a.txt"),
        ])
    func names(recipe: String, path: String, name: String) {
        let read = ExpandedRecipe("dependencies:\n  - pip:\n      - -r \(path)\n", named: recipe) { _ in "six\n" }
        #expect(read.place(of: Mark(line: 4, column: 9)) == .init(file: name, mark: Mark(line: 1, column: 1)))
    }

    @Test("A line that a constraint narrows stays the recipe's, column by column") func narrowed() throws {
        let recipe = expanded(
            """
            dependencies:
              - pip: ["numpy[fast]>=2", rich, six]  # arrays
              - pip:
                  - -c c.txt
            """, ["c.txt": "numpy<3\nsix<2\nrich!=1\n"])
        #expect(recipe.text.contains("  - pip: [\"numpy[fast]>=2,<3\", rich!=1, six<2]  # arrays\n"))
        for (word, spot) in [
            ("- pip", "2:3"), ("\"numpy", "2:11"), ("<3", "2:11"), (", rich", "2:27"), ("rich", "2:29"), ("!=1", "2:29"), (", six", "2:33"),
            ("six", "2:35"), ("]  # arrays", "2:38"), ("arrays", "2:43"), ("# -c c.txt", "4:9"),
        ] {
            #expect(try place(of: word, in: recipe) == spot, "\(word)")
        }
        // What is written anew is no longer the recipe's to be mended; the whole line is.
        let start = Mark(line: 2, column: 12)
        #expect(recipe.own(TextEdit(from: start, to: Mark(line: 2, column: 17), "scipy")) == nil)
        #expect(recipe.own(.delete(line: 2)) == .delete(line: 2))
    }

    @Test("Ends of lines are the recipe's own, and a last line without one stays so") func ends() throws {
        let recipe = expanded("dependencies:\r\n  - pip:\r\n    - -r a.txt\r\n    - rich\r\n", ["a.txt": "six\neinops\n"])
        #expect(recipe.text == "dependencies:\r\n  - pip:\r\n    # -r a.txt\r\n    - six\r\n    - einops\r\n    - rich\r\n")
        #expect(try place(of: "rich", in: recipe) == "4:7" && place(of: "einops", in: recipe) == "envs/a.txt:2:1")
        let last = expanded("\u{FEFF}dependencies:\n  - pip:\n    - -r a.txt", ["a.txt": "six\n"])
        #expect(last.text == "\u{FEFF}dependencies:\n  - pip:\n    # -r a.txt\n    - six")
        #expect(described(last.place(of: Mark(line: 4, column: 7))) == "envs/a.txt:1:1")
    }

    @Test("A file that can't be read is told where it is named, with where it was looked for") func unread() throws {
        let gone = "dependencies:\n  - pip:\n      - six\n      - -r reqs/a.txt\n      - -r b.txt\n"
        for (files, spot, words) in [
            (["b.txt": "rich\n"], "4:9", "“-r reqs/a.txt” names a file that can't be read; it was looked for at “envs/reqs/a.txt”."),
            (
                ["b.txt": "rich\n", "reqs/a.txt": "\nrich\n-c more.txt\n"], "envs/reqs/a.txt:3:1",
                "“-c more.txt” names a file that can't be read; it was looked for at “envs/reqs/more.txt”."
            ),
            (
                ["b.txt": "rich\n", "reqs/a.txt": "-r a.txt\n"], "envs/reqs/a.txt:1:1",
                "“-r a.txt” leads to a file in a file more than 10 deep"
            ),
        ] as [([String: String], String, String)] {
            let findings = Lint.findings(in: expanded(gone, files))
            #expect(findings.map { "\($0.file ?? "")\($0.file == nil ? "" : ":")\($0.mark)" } == [spot])
            #expect(findings.map(\.rule) == [.invalidRecipe] && findings[0].what.english.hasPrefix(words), "\(findings)")
        }
        let shared = Lint.findings(in: expanded("dependencies:\n  - pip: ['-r a.txt', six]\n", ["a.txt": "rich\n"]))
        #expect(shared.map(\.mark) == [Mark(line: 2, column: 11)] && shared[0].what.english.contains("shares its line"))
        // Nothing lies beside standard input.
        let alone = Lint.findings(in: ExpandedRecipe(gone, named: "-", read: nil))
        #expect(alone.map(\.mark.line) == [4, 5] && alone.allSatisfy { $0.what.english.contains("beside standard input there is none") })
        // And a recipe that travels alone is told so.
        #expect(Lint.findings(in: gone).allSatisfy { $0.what.english.contains("travels alone") })
    }

    @Test("What is found in a file beside the recipe is told in that file, in every form") func found() throws {
        let recipe = expanded(
            """
            channels: [conda-forge]
            dependencies:
              - pip
              - pip:
                  - -r requirements.txt
                  - rich
              - python=3.11
              - six=1
            """, ["requirements.txt": "# ours\nrich>13\n  six\nx @ https://hunter2@h.example.org/x.whl\n"])
        let findings = Lint.findings(in: recipe).filter { $0.level < .hint }
        let report = LintReport(file: "envs/environment.yml", findings: findings)
        #expect(
            findings.map { "\($0.file ?? "") \($0.mark) \($0.rule.rawValue)" } == [
                " 6:9 duplicate", "envs/requirements.txt 3:3 conda-and-pip", "envs/requirements.txt 4:1 secret-in-url",
            ])
        #expect(findings[0].what.english.contains("“rich” stands in line 2 of envs/requirements.txt too"))
        #expect(findings[1].what.english.contains("of conda in line 8 of the recipe;"))
        #expect(findings.allSatisfy { $0.fix.isEmpty })
        #expect(report.text.contains("envs/environment.yml:6:9: warning:") && report.text.contains("envs/requirements.txt:4:1: error:"))
        #expect(report.github.contains("::error file=envs/requirements.txt,line=4,col=1,title=secret-in-url::"))
        #expect(try report.json.contains("\"file\" : \"envs/requirements.txt\""))
        #expect(!report.text.contains("hunter2"))
        let wrong = Lint.findings(in: expanded("dependencies:\n  - pip:\n      - -r a.txt\n", ["a.txt": "six\n-e .\n"]))
        #expect(wrong.map { "\($0.file ?? "") \($0.mark) \($0.rule.rawValue)" } == ["envs/a.txt 2:1 invalid-recipe"])
        // What a solver or a build tells is about the whole text.
        let tried = LintReport(file: "e.yml", findings: [recipe.placed(LintFinding(.importFails, at: 8, 11, "It fails.", ""))])
        #expect(tried.text == "envs/requirements.txt:4:1: error: It fails. [import-fails]\n")
    }

    @Test("What is the recipe's own is mended, and what stands in a file beside it stays told") func mended() throws {
        let text = """
            dependencies:
              - python=3.11=h_0  # ours
              - six=1
              - pip:
                  - -r requirements.txt
                  - -c constraints.txt
                  - rich
                  - rich
                  - sklearn
                  - six
            """
        let files = ["requirements.txt": "sklearn\nrich\nsix\n", "constraints.txt": "sklearn<2\n"]
        let (better, mended) = Lint.fixed(text) { expanded($0, files) }
        #expect(
            better == """
                dependencies:
                  - python=3.11  # ours
                  - six=1
                  - pip
                  - pip:
                      - -r requirements.txt
                      - -c constraints.txt

                """)
        #expect(mended.allSatisfy { $0.file == nil })
        let left = Lint.findings(in: expanded(better, files)).filter { $0.level < .hint }
        #expect(left.map { "\($0.file ?? "") \($0.mark.line) \($0.rule.rawValue)" }.contains("envs/requirements.txt 1 dead-package"))
        #expect(left.allSatisfy { $0.fix.isEmpty })
        // A recipe that can't be read whole is left as it is.
        #expect(Lint.fixed(text) { expanded($0, [:]) }.text == text)
    }

    @Test("Whatever is put together: own lines are letter for letter the recipe's, others the files', and mending ends") func random()
        throws
    {
        var numbers = Numbers(state: 11), told: Set<String> = []
        for _ in 0..<60 {
            let end = Bool.random(using: &numbers) ? "\n" : "\r\n"
            var files: [String: String] = [:]
            for name in ["a.txt", "b.txt", "c.txt"] {
                let lines = (0..<Int.random(in: 0...4, using: &numbers)).map { _ in
                    ["six", "  rich>13", "sklearn # nöte 🙂", "", "# no", "-r c.txt", "-c c.txt", "jax \\\(end) ==1"].randomElement(
                        using: &numbers)!
                }
                // No file names itself.
                files[name] = lines.filter { name != "c.txt" || !$0.hasPrefix("-") }.joined(separator: end)
            }
            var text = "dependencies:\(end)"
            func item(_ indent: String, _ choices: [String]) {
                text += "\(indent)- \(choices.randomElement(using: &numbers)!)\(Bool.random(using: &numbers) ? " # ü" : "")\(end)"
            }
            item("  ", ["python=3.11=h_0", "zlib"])
            text += "  - pip:\(end)"
            for _ in 0..<Int.random(in: 1...6, using: &numbers) {
                item("    ", ["six", "'rich>1'", "sklearn", "-r a.txt", "-c c.txt", "\"-r b.txt\"", "jax[cuda12]"])
            }
            if Bool.random(using: &numbers) { item("  ", ["zlib=1=h_0", "numpy"]) }
            if Bool.random(using: &numbers) { text.removeLast() }
            let source = text
            let recipe = expanded(text, files), placed = PlacedText(text), whole = PlacedText(recipe.text)
            #expect(recipe.origins.isEmpty || recipe.origins.count == whole.lineCount, "\(text)")
            for (index, origin) in recipe.origins.enumerated() {
                switch origin {
                case .own(let line, let rewritten) where rewritten.isEmpty:
                    told.insert("own")
                    #expect(whole.line(index + 1) == placed.line(line))
                case .own(let line, _):
                    told.insert("narrowed")
                    #expect(whole.line(index + 1).prefix(6) == placed.line(line).prefix(6))
                case .remark(let mark): #expect(placed.line(mark.line).contains(" -") && whole.line(index + 1).contains("# "))
                case .beside(let place):
                    told.insert("beside")
                    let name = try #require(place.file).dropFirst("envs/".count)
                    let file = PlacedText(try #require(files[String(name)]))
                    let word = file.line(place.mark.line).dropFirst(place.mark.column - 1).prefix { $0.isLetter }
                    #expect(!word.isEmpty && whole.line(index + 1).contains(word), "\(source)")
                }
            }
            let (fixed, _) = Lint.fixed(text) { expanded($0, files) }
            #expect(Lint.findings(in: expanded(fixed, files)).allSatisfy { $0.fix.isEmpty }, "\(source)\n→\n\(fixed)")
            #expect(fixed.ranges(of: "-r ").count == text.ranges(of: "-r ").count, "\(source)\n→\n\(fixed)")
            if fixed != text, !recipe.origins.isEmpty { told.insert("mended") }
        }
        #expect(told == ["own", "narrowed", "beside", "mended"])
    }

    /// The same every time (Knuth's MMIX).
    private struct Numbers: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33 | state << 31
        }
    }
}
