import Environments
import Foundation
import Testing
import YAML

@Suite("Lint: what to say about a recipe")
struct LintTests {
    /// A recipe and what must be said about it, and what mending makes of it.
    struct Case: Sendable, CustomTestStringConvertible {
        let rule: LintRule
        let text: String
        let line: Int
        let column: Int
        let says: [String]
        var fixed: String?
        var context = LintContext()
        var testDescription: String { "\(rule.rawValue): \(text.debugDescription)" }
    }

    static let head = "channels: [conda-forge]\ndependencies:\n  - python=3.11\n"

    static let cases: [Case] = [
        Case(rule: .invalidRecipe, text: "dependencies: numpy", line: 1, column: 15, says: ["“dependencies” is the text", "Write a list"]),
        Case(
            rule: .buildPinned, text: head + "  - numpy=2.1.0=py311h1_0  # fast\n", line: 4, column: 5,
            says: ["py311h1_0", "“numpy=2.1.0”"], fixed: head + "  - numpy=2.1.0  # fast\n"),
        Case(
            rule: .buildPinned, text: head + "  - \"numpy 2.1.0 py311_0\"\n", line: 4, column: 5, says: ["py311_0"],
            fixed: head + "  - \"numpy 2.1.0\"\n"),
        Case(
            rule: .buildPinned, text: head + "  - zlib[version='1.3',build=h0_1]\n", line: 4, column: 5, says: ["h0_1"],
            fixed: head + "  - zlib[version='1.3']\n"),
        Case(
            rule: .buildPinned, text: head + "  - conda-forge::zlib==1.3=h0_1\n", line: 4, column: 5, says: ["h0_1"],
            fixed: head + "  - conda-forge::zlib==1.3\n"),
        Case(rule: .noPython, text: "dependencies:\n- zlib\n", line: 1, column: 1, says: ["no “python”", "python=3.X"]),
        Case(rule: .noPython, text: "dependencies: [r-base, pip, pip: [six]]\n", line: 1, column: 1, says: ["no “python”"]),
        Case(rule: .unpinned, text: "dependencies: [python]\n", line: 1, column: 16, says: ["“python” has no version", "python=X.Y"]),
        Case(
            rule: .unpinned, text: head + "  - numpy # arrays\n", line: 4, column: 5, says: ["numpy=2.1"],
            fixed: head + "  - numpy=2.1 # arrays\n", context: LintContext(lock: lock(["numpy=2.1.3", "python=3.11.2"]))),
        Case(rule: .unpinned, text: head + "  - pip\n  - pip: [torch]\n", line: 5, column: 11, says: ["torch==X.Y.*"]),
        Case(
            rule: .pipMissing, text: head + "  # wheels\n  - pip:\n      - six==1\n", line: 5, column: 5, says: ["- pip"],
            fixed: head + "  # wheels\n  - pip\n  - pip:\n      - six==1\n"),
        Case(rule: .pipMissing, text: "dependencies: [python=3.11, {pip: [six]}]", line: 1, column: 30, says: ["- pip"]),
        Case(
            rule: .mixedChannels, text: "channels: [conda-forge, defaults]\ndependencies: [python=3]", line: 1, column: 25,
            says: ["beside conda-forge", "nodefaults"]),
        Case(
            rule: .mixedChannels,
            text: "channels:\n- https://repo.anaconda.com/pkgs/main\n- https://conda.anaconda.org/conda-forge\ndependencies: [python=3]",
            line: 2, column: 3, says: ["pkgs/main"]),
        Case(
            rule: .deadChannel, text: "channels: [pytorch]\ndependencies: [python=3]", line: 1, column: 12,
            says: ["after 2.5", "pytorch-gpu"]),
        Case(
            rule: .deadChannel, text: "channels: ['https://conda.anaconda.org/pytorch/linux-64']\ndependencies: [python=3]", line: 1,
            column: 12, says: ["after 2.5"]),
        Case(rule: .deadChannel, text: head + "  - pytorch::pytorch=2.5\n", line: 4, column: 5, says: ["after 2.5"]),
        Case(rule: .deadPackage, text: head + "  - cudatoolkit=11.8\n", line: 4, column: 5, says: ["ends at CUDA 11.8", "cuda-version"]),
        Case(rule: .deadPackage, text: head + "  - pytorch-cuda=12.4\n", line: 4, column: 5, says: ["pytorch-gpu"]),
        Case(
            rule: .deadPackage, text: head + "  - pip\n  - pip:\n    - sklearn # ml\n", line: 6, column: 7, says: ["scikit-learn"],
            fixed: head + "  - pip\n  - pip:\n    - scikit-learn # ml\n"),
        Case(rule: .deadPackage, text: head + "  - pip\n  - pip:\n    - pytorch==1.0\n", line: 6, column: 7, says: ["torch"]),
        Case(
            rule: .secretInURL, text: "channels: ['https://anna:hunter2@conda.example.org/team']\ndependencies: [python=3]", line: 1,
            column: 12, says: ["https://anna:${SECRET}@conda.example.org/team", "invalid"]),
        Case(
            rule: .secretInURL, text: "channels: ['https://conda.anaconda.org/t/an-0123-4567/team']\ndependencies: [python=3]", line: 1,
            column: 12, says: ["/t/${SECRET}/team"]),
        Case(
            rule: .secretInURL, text: head + "  - pip\n  - pip:\n    - tool @ git+https://ghp_abcdef@github.com/a/tool@main\n", line: 6,
            column: 7, says: ["https://${SECRET}@github.com"]),
        Case(
            rule: .secretInURL, text: head + "variables:\n  DB: postgres://me:pw@db/x\n", line: 5, column: 7,
            says: ["postgres://me:${SECRET}@db"]),
        Case(
            rule: .secretInURL, text: head + "  - pip\n  - pip: ['--index-url https://pypi.example.org/simple?token=abc123']\n", line: 5,
            column: 11,
            says: ["simple?token=${SECRET}”"]),
        Case(
            rule: .prefixIgnored, text: head + "# mine\nprefix: /home/anna/x\nname: lab\n", line: 5, column: 1, says: ["is ignored"],
            fixed: head + "# mine\nname: lab\n"),
        Case(rule: .prefixIgnored, text: head + "prefix: /home/anna/x # here\n", line: 4, column: 1, says: ["is ignored"]),
        Case(
            rule: .duplicate, text: head + "  - zlib\n  - zlib\n", line: 5, column: 5, says: ["line 4"], fixed: head + "  - zlib\n"),
        Case(rule: .duplicate, text: head + "  - zlib\n  - zlib>1\n", line: 5, column: 5, says: ["into one line"]),
        Case(
            rule: .duplicate, text: head + "  - pip\n  - pip:\n    - Six\n    - Six", line: 7, column: 7, says: ["line 6"],
            fixed: head + "  - pip\n  - pip:\n    - Six\n"),
        Case(
            rule: .condaAndPip, text: head + "  - pytorch=2.6\n  - pip\n  - pip:\n    - torch\n    - six\n", line: 7, column: 7,
            says: ["line 4", "Keep the one of conda"], fixed: head + "  - pytorch=2.6\n  - pip\n  - pip:\n    - six\n"),
        Case(
            rule: .condaAndPip, text: head + "  - ruamel.yaml\n  - pip\n  - pip:\n    - ruamel_yaml==1\n", line: 7, column: 7,
            says: ["line 4"]),
        Case(
            rule: .pipHasConda, text: head + "  - pip\n  - pip:\n    - opencv-python==4\n", line: 6, column: 7, says: ["“- opencv”"],
            context: LintContext(channelPackages: ["opencv"])),
        Case(
            rule: .jupyterMissing, text: head, line: 2, column: 1, says: ["jupyterlab"], context: LintContext(imageHasJupyter: false)),
        Case(
            rule: .platformMissing, text: head + "platforms: [osx-arm64]\n", line: 4, column: 13, says: ["for osx-arm64", "linux-64"],
            context: LintContext(platform: "linux-64")),
        Case(
            rule: .cudaDriver, text: head + "  - cuda-version=12.4\n", line: 4, column: 5,
            says: ["needs the driver 525", "has 470.82", "CUDA 11.2"],
            context: LintContext(driver: "470.82.01")),
        Case(
            rule: .cudaDriver, text: head + "  - pip\n  - pip:\n    - torch==2.9.0+cu130\n", line: 6, column: 7,
            says: ["CUDA 13.0 needs the driver 580"], context: LintContext(driver: "575.57.08")),
        Case(
            rule: .cudaDriver, text: head + "  - pip\n  - pip:\n    - jax[cuda13]==1\n", line: 6, column: 7,
            says: ["CUDA 13 needs the driver 580"],
            context: LintContext(driver: "570.26")),
        Case(
            rule: .cudaDriver, text: head + "  - pip\n  - pip:\n    - --extra-index-url https://download.pytorch.org/whl/cu121\n    - x\n",
            line: 6, column: 7, says: ["CUDA 12.1 needs"], context: LintContext(driver: "470.82")),
        Case(
            rule: .cudaDriver, text: head + "  - jaxlib=0.4=cuda120py311*\n", line: 4, column: 5, says: ["CUDA 12.0 needs"],
            context: LintContext(driver: "470.82")),
        Case(
            rule: .cudaDriverMinor, text: head + "  - cuda-version>=12.8,<13\n", line: 4, column: 5,
            says: ["came with the driver 570.26", "CUDA 12.4 or older"], context: LintContext(driver: "550.54.14")),
        Case(
            rule: .gpuWithoutProfile, text: head + "  - pytorch-gpu\n", line: 4, column: 5, says: ["pytorch-gpu"],
            context: LintContext(hasGPU: false)),
        Case(
            rule: .gpuWithoutProfile, text: head + "  - pip\n  - pip: [cupy-cuda12x]\n", line: 5, column: 11, says: ["cupy-cuda12x"],
            context: LintContext(hasGPU: false)),
        Case(
            rule: .freezeBloat, text: head + "  - app=1\n  - a\n  - b=1.0 # frozen\n  - c\n", line: 5, column: 5,
            says: ["3 of the 5", "python=3.11, app=1."], fixed: head + "  - app=1\n  - b=1.0 # frozen\n",
            context: LintContext(lock: lock(["python=3.11.2", "app=1: a b", "a=1: c", "b=1.0", "c=2"]))),
        Case(
            rule: .freezeBloat, text: head + "  - app=1\n  - a\n  - b=1.0 # frozen\n  - c\n  - d=3\n", line: 5, column: 5,
            says: ["3 of the 6", "alone, which solve to the same lock: python=3.11, app=1, d=3."],
            fixed: head + "  - app=1\n  - b=1.0 # frozen\n  - d=3\n",
            context: LintContext(lock: lock(["python=3.11.2", "app=1: a b d", "a=1: c", "b=1.0", "c=2", "d=3"]), held: ["d"])),
    ]

    /// `name=version: what it needs`.
    static func lock(_ packages: [String]) -> Lock {
        Lock(
            platform: "linux-64",
            packages: packages.map { text in
                let halves = text.split(separator: ":"), parts = halves[0].split(separator: "=").map(String.init)
                return CondaPackage(
                    name: parts[0], version: parts[1], build: "0", url: "https://c/noarch/\(parts[0])-\(parts[1])-0.conda", sha256: nil,
                    md5: nil, size: nil, subdir: "noarch", depends: halves.count > 1 ? halves[1].split(separator: " ").map(String.init) : []
                )
            })
    }

    @Test("Each rule finds its own, tells where and what to do, and mends what is safe", arguments: cases)
    func rule(_ example: Case) throws {
        let findings = Lint.findings(in: example.text, context: example.context).filter { $0.rule == example.rule }
        try #require(findings.count == 1, "\(findings)")
        let finding = findings[0]
        #expect(finding.mark == Mark(line: example.line, column: example.column))
        for words in example.says { #expect("\(finding.what) \(finding.remedy)".contains(words), "\(finding)") }
        let (text, mended) = Lint.fixed(example.text, context: example.context)
        #expect(mended.contains { $0.rule == example.rule } == (example.fixed != nil))
        if let fixed = example.fixed { #expect(text == fixed) }
        #expect(Lint.fixed(text, context: example.context).text == text, "Mending twice changes nothing more")
    }

    @Test("A frozen recipe without what comes with others anyway; comments elsewhere stay") func minimal() throws {
        let locked = Self.lock(["python=3.11.2", "app=1: a b", "a=1: c", "b=1.0", "c=2"])
        let text = Self.head + "  - app=1 # ours\n  - a\n  - b=1.0\n  - c==2\n"
        let minimal = try #require(Lint.minimal(ExpandedRecipe(text), lock: locked))
        #expect(minimal.text == Self.head + "  - app=1 # ours\n")
        #expect(minimal.superfluous == ["a", "b", "c"])
        #expect(Lint.minimal(ExpandedRecipe(text), lock: locked, keeping: ["c"]) == nil, "two are a habit")
        #expect(Lint.minimal(ExpandedRecipe(Self.head + "  - app=1\n  - a\n"), lock: locked) == nil, "one is a habit")
        #expect(Lint.minimal(ExpandedRecipe("dependencies: [python=3.11, app=1, a, b=1.0, c]\n"), lock: locked) == nil, "on one line")
        #expect(minimal.kept == ["python", "app"])
        #expect(Lint.without(["a", "c"], in: text) == Self.head + "  - app=1 # ours\n  - b=1.0\n")
    }

    @Test("The shorter recipe is what was written, also where files were put into it") func minimalBesideFiles() throws {
        let locked = Self.lock(["python=3.11.2", "pip=24", "app=1: a b", "a=1: c", "b=1.0", "c=2"])
        let text = Self.head + "  - pip\n  - pip:\n      - -r more.txt\n  - app=1\n  - a=1\n  - b=1.0\n  - c=2\n"
        let source = ExpandedRecipe(text, named: "environment.yml") { _ in "six\nrich\n" }
        let minimal = try #require(Lint.minimal(source, lock: locked))
        #expect(minimal.text == Self.head + "  - pip\n  - pip:\n      - -r more.txt\n  - app=1\n")
        #expect(minimal.whole.contains("- six\n") && !minimal.whole.contains("c=2"))
    }

    @Test("What pip is asked for, as conda may call it") func candidates() throws {
        let recipe = try Recipe(yaml: "dependencies: [python, pip: [Torch>=2, six, 'x @ https://h/x.zip', --pre]]\n")
        #expect(recipe.condaCandidates == ["pytorch", "six", "torch"])
        #expect(recipe.mark(of: "Six")?.line == 1 && recipe.mark(of: "nosuch") == nil)
    }

    @Test("Every rule has an example") func complete() {
        #expect(Set(Self.cases.map(\.rule)) == Set(LintRule.allCases).subtracting(LintRule.foundByTrying))
    }

    @Test(
        "Nothing is said where there is nothing to say",
        arguments: [
            "name: lab\nchannels: [conda-forge, nodefaults]\ndependencies: [python=3.11, numpy=2.1, pip, pip: [six]]\n",
            "channels: [conda-forge]\ndependencies: [python=3.11, 'pytorch=2.6=*cuda126*', 'cuda-version=12.6', jupyterlab=4]\nplatforms: [linux-64]\n",
            "channels: [conda-forge]\ndependencies: [r-base=4.4]\n",
            "channels: ['https://mirror.example.org/pytorch']\ndependencies: [python=3.11, 'numpy >=2, <3', 'cuda-version<13', jupyterlab=4]\n",
            "dependencies: [python=3.11, pip, pip: ['uvloop; a == 1', 'uvloop; b == 1', 'x @ git+ssh://git@host/x', 'y @ https://${TOKEN}@host/y.whl', 'z @ https://host/z@1.whl']]\n",
        ])
    func silence(text: String) {
        let context = LintContext(
            platform: "linux-64", driver: "570.124.06", hasGPU: true, imageHasJupyter: text.contains("jupyterlab") ? false : true,
            channelPackages: ["numpy"], lock: nil)
        #expect(Lint.findings(in: text, context: context).isEmpty)
    }

    @Test("A secret is never shown, in no format") func secrets() throws {
        let text =
            "channels: ['https://u:hunter2@defaults']\ndependencies: [python=3, pip, pip: ['torch @ https://hunter2@x/t+cu130.whl']]\n"
        let report = LintReport(
            file: "e.yml", findings: Lint.findings(in: text, context: LintContext(driver: "450", hasGPU: false)))
        #expect(report.entries.contains { $0.rule == LintRule.secretInURL.rawValue })
        for output in [report.text, try report.json, report.github] { #expect(!output.contains("hunter2")) }
    }

    @Test("Columns are characters, and other line ends are kept") func places() {
        let text = "\u{FEFF}channels: [conda-forge]\r\ndependencies:\r\n- python=3.11\r\n# ümläut 🙂\r\n- 'zlib=1=h_0' # ü\r\n"
        #expect(Lint.fixed(text).text == text.replacing("zlib=1=h_0", with: "zlib=1"))
    }

    @Test("A recipe of many mistakes is mended in one go, its comments kept") func together() {
        let text = """
            # the team's
            name: lab
            channels:
              - conda-forge
            dependencies:
              - python=3.11.2=h1_0   # keep
              - zlib=1.3=h_1
              - zlib=1.3=h_1
              - pip:
                - sklearn
                - humanize
            prefix: /x
            """
        #expect(
            Lint.fixed(text).text == """
                # the team's
                name: lab
                channels:
                  - conda-forge
                dependencies:
                  - python=3.11.2   # keep
                  - zlib=1.3
                  - pip
                  - pip:
                    - scikit-learn
                    - humanize

                """)
    }

    @Test("Whatever a recipe is put together of, mending keeps it readable, ends, and loses no comment") func random() throws {
        let pieces = [
            "python=3.11=h_0", "'zlib=1=h_0'", "zlib=1=h_0", "zlib", "\"zlib\"", "numpy", "pytorch-cuda=12.4", "a b c", "x[build=h_0]",
            "ruamel.yaml=1=h", "pip", "cudatoolkit",
        ]
        let lines = ["sklearn", "torch", "six", "'six'", "pytorch", "jax[cuda13]==1", "zlib", "--index-url https://x:y@z/"]
        var generator = Sequence(state: 7)
        let context = LintContext(driver: "470", hasGPU: false, lock: Self.lock(["python=3.11.2: zlib", "zlib=1", "numpy=2.1.0: python"]))
        for _ in 0..<300 {
            let end = Bool.random(using: &generator) ? "\n" : "\r\n"
            var text = "dependencies: # top" + end, comments = 1
            func item(_ indent: String, _ piece: String?) {
                let isNoted = Bool.random(using: &generator)
                comments += isNoted ? 1 : 0
                text += "\(indent)- \(piece ?? "zlib")\(isNoted ? " # nöte 🙂" : "")\(end)"
            }
            for _ in 0..<Int.random(in: 1...6, using: &generator) { item("  ", pieces.randomElement(using: &generator)) }
            if Bool.random(using: &generator) {
                text += "  - pip:" + end
                for _ in 0..<Int.random(in: 1...4, using: &generator) { item("    ", lines.randomElement(using: &generator)) }
            }
            if Bool.random(using: &generator) { text += "prefix: /x" + end }
            if Bool.random(using: &generator) { text.removeLast() }
            _ = try Recipe(yaml: text)
            let fixed = Lint.fixed(text, context: context).text
            _ = try Recipe(yaml: fixed)
            #expect(fixed.components(separatedBy: "#").count - 1 == comments, "\(text)\n→\n\(fixed)")
            #expect(Lint.findings(in: fixed, context: context).allSatisfy { $0.fix.isEmpty }, "\(fixed)")
            #expect(Lint.fixed(fixed, context: context).text == fixed)
        }
    }

    /// The same numbers every time (Knuth's MMIX).
    private struct Sequence: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33 | state << 31
        }
    }

    @Test("A hostile recipe takes no time: all in one line, everything twice") func hostile() {
        let text = "dependencies: [" + Array(repeating: "zlib, 'zlib=1=h_0'", count: 20_000).joined(separator: ", ") + "]"
        let clock = ContinuousClock()
        let took = clock.measure { #expect(Lint.findings(in: text).count > 39_000) }
        #expect(took < .seconds(10))
    }

    @Test("As text, JSON and annotations") func formats() throws {
        let report = LintReport(file: "a,b.yml", findings: Lint.findings(in: "dependencies: [python, 'x=1=%0']\n"))
        #expect(report.worst == .warning)
        #expect(report.text.hasPrefix("a,b.yml:1:16: hint: “python” has no version"))
        #expect(report.text.hasSuffix("[build-pinned]\n"))
        #expect(report.github.contains("::notice file=a%2Cb.yml,line=1,col=16,title=unpinned::“python”"))
        #expect(report.github.contains("the build %250,"))
        let json = try #require(try JSONSerialization.jsonObject(with: Data(report.json.utf8)) as? [[String: Any]])
        #expect(json.map { $0["rule"] as? String } == ["unpinned", "build-pinned"])
        #expect(json[1]["fixable"] as? Bool == true)
        #expect(LintReport(file: "x", findings: []).worst == nil)
    }

    @Test(
        "Drivers and CUDA, by NVIDIA's table",
        arguments: [
            ("12.4", "550.54.14", CUDADriver.Verdict.runs), ("12.4", "550.40", .limited(needs: "550.54.14")),
            ("12.4", "524.9", .tooOld(needs: "525")), ("13.1", "580.65.06", .limited(needs: "590.44.01")), ("12", "525.60.13", .runs),
            ("13.0", "590.44.01", .runs), ("11.8", "450.80.02", .limited(needs: "520.61.05")), ("10.2", "440", .unknown),
            ("", "440", .unknown),
        ])
    func drivers(cuda: String, driver: String, verdict: CUDADriver.Verdict) {
        #expect(CUDADriver.verdict(cuda: cuda, driver: driver) == verdict)
    }
}

@Suite("Versions in conda's order") struct PackageVersionTests {
    @Test("Each is less than the next") func order() {
        let versions = [
            "0.4", "0.4.1.rc", "0.4.1", "0.5a1", "0.5b3", "0.5c1", "0.5", "0.9.6", "0.960923", "1.0dev1", "1.0a1", "1.0rc1", "1.0",
            "1.0post1", "1.1dev1", "1.1a1", "1.1", "1.10", "1996.07.12", "1!0.4", "1!3.1", "2!0.1",
        ].map(PackageVersion.init)
        for (one, next) in zip(versions, versions.dropFirst()) {
            #expect(one < next, "\(one) < \(next)")
            #expect(!(next < one))
        }
        #expect(PackageVersion("1.0") == PackageVersion("1.0.0"))
        #expect(PackageVersion("1.0_1") == PackageVersion("1.0-1"))
    }
}
