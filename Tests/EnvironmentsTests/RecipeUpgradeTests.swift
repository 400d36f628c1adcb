import Testing

@testable import Environments

/// Newer versions, from what a recipe asks for to what it would ask for.
@Suite struct RecipeUpgradeTests {
    private func lock(_ packages: [String: String], pip: [String: String] = [:]) -> Lock {
        Lock(
            platform: "linux-64",
            packages: packages.map {
                CondaPackage(
                    name: $0, version: $1, build: "0", url: "https://channel/linux-64/\($0)-\($1)-0.conda", sha256: "00", md5: nil, size: 1,
                    subdir: "linux-64", depends: [])
            },
            pip: pip.map { PipPackage(name: $0, version: $1, url: "https://files/\($0)", sha256: "00", direct: false) })
    }

    private func spec(_ spec: String, from: String, to versions: Set<String>, held: [HeldVersion] = []) throws -> (String?, String)? {
        let recipe = try Recipe(yaml: "dependencies:\n  - \"\(spec)\"\n")
        let name = recipe.dependencies[0].name
        let upgrade = RecipeUpgrade(of: recipe, lock: lock([name: from]), conda: [name: versions], pip: [:], held: held)
        return upgrade.steps.first.map { ($0.spec, $0.to) }
    }

    @Test(arguments: [
        // What it asks for, what it will ask for (nil: the same), and the version meant.
        ("numpy", nil, "2.3.1"), ("numpy=2.1", "numpy=2.3", "2.3.1"), ("numpy=2", nil, "2.3.1"),
        ("numpy==2.1.0", "numpy==2.3.1", "2.3.1"), ("numpy 2.1.0", "numpy 2.3.1", "2.3.1"), ("numpy=2.1.*", "numpy=2.3.*", "2.3.1"),
        ("numpy=2.1.0=py312_0", "numpy=2.3.1", "2.3.1"), ("conda-forge::numpy=2.1", "conda-forge::numpy=2.3", "2.3.1"),
        ("numpy>=2,<2.3", nil, "2.2.5"), ("numpy~=2.1.0", nil, "2.1.4"), ("numpy[version='2.1.0']", "numpy[version='2.3.1']", "2.3.1"),
    ]) func movesWhatIsAskedFor(asked: String, next: String?, to: String) throws {
        let versions: Set = ["1.26.4", "2.1.0", "2.1.4", "2.2.5", "2.3.1", "2.4.0rc1", "3.0.0.dev1"]
        let found = try #require(try spec(asked, from: "2.1.0", to: versions))
        #expect(found.0 == next && found.1 == to)
    }

    @Test func hasNothingToSayWhereNothingIsNewer() throws {
        #expect(try spec("numpy=2.1", from: "2.1.0", to: ["2.0", "2.1.0", "2.2.0a1"]) == nil)
        #expect(try spec("numpy>=2,<3", from: "2.1.0", to: ["3.0"]) == nil)
        #expect(try spec("https://channel/linux-64/numpy-2.1.0-0.conda", from: "2.1.0", to: ["3.0"]) == nil)
    }

    @Test func keepsBrokenVersionsOut() throws {
        let held = try [#require(HeldVersion(package: "NumPy", versions: "2.3"))]
        let versions: Set = ["2.1.0", "2.2.5", "2.3.0", "2.3.1"]
        #expect(try #require(try spec("numpy=2.1", from: "2.1.0", to: versions, held: held)) == ("numpy=2.2", "2.2.5"))
        // What asks for any version has to say which not.
        #expect(try #require(try spec("numpy", from: "2.1.0", to: versions, held: held)) == ("numpy!=2.3.0,!=2.3.1", "2.2.5"))
        #expect(try #require(try spec("numpy>=2", from: "2.1.0", to: versions, held: held)) == ("numpy>=2,!=2.3.0,!=2.3.1", "2.2.5"))
        #expect(try #require(try spec("numpy=2", from: "2.1.0", to: versions, held: held)) == ("numpy=2.2.5", "2.2.5"))
        let all = try [#require(HeldVersion(package: "numpy", versions: "*"))]
        #expect(try spec("numpy=2.1", from: "2.1.0", to: versions, held: all) == nil)
        #expect(HeldVersion(package: "numpy", versions: "very new") == nil)
    }

    @Test func editsTheTextAndNothingElse() throws {
        let text = """
            name: work  # ours
            channels: [conda-forge]
            dependencies:
              # the language
              - python=3.11   # stays for now
              - numpy=2.1
              - pip
              - pip:
                  - Humanize==4.11.0  # for people
                  - torch==2.6.0+cu124
                  - rich[jupyter]>=13

            """
        let recipe = try Recipe(yaml: text)
        #expect(RecipeUpgrade.names(in: recipe) == ["python", "numpy", "pip"])
        #expect(RecipeUpgrade.namesOfPip(in: recipe) == ["humanize", "rich"])
        let upgrade = RecipeUpgrade(
            of: recipe, lock: lock(["python": "3.11.2", "numpy": "2.1.3"], pip: ["humanize": "4.11.0", "rich": "13.0"]),
            conda: ["python": ["3.11.2"], "numpy": ["2.3.1"]], pip: ["humanize": ["4.12.1"], "rich": ["14.0"], "torch": ["9"]], held: [])
        #expect(upgrade.steps.map(\.description) == ["numpy 2.1.3 → 2.3.1", "Humanize 4.11.0 → 4.12.1", "rich 13.0 → 14.0"])
        let next = try RecipeUpgrade.applying(upgrade.steps, to: text)
        #expect(next == text.replacing("numpy=2.1", with: "numpy=2.3").replacing("Humanize==4.11.0", with: "Humanize==4.12.1"))
    }

    @Test func asksPyPINothingWhereAnotherIndexIsMeant() throws {
        let recipe = try Recipe(yaml: "dependencies:\n  - pip:\n      - --index-url https://pypi.example.org/simple\n      - torch==2.6\n")
        #expect(RecipeUpgrade.namesOfPip(in: recipe) == [])
    }

    @Test(arguments: [
        ("1.0rc1", true), ("2.0.0a2", true), ("1.0.dev3", true), ("1.0b1", true), ("1.0.post1", false), ("2024a", true), ("1.0+abc", false),
        ("9e", false), ("3.11.2", false),
    ]) func knowsPreReleases(version: String, isOne: Bool) {
        #expect(PackageVersion(version).isPreRelease == isOne)
    }

    @Test(arguments: [
        (">=2,<3", "2.1", true), (">=2,<3", "3.0", false), ("2.1.*", "2.1.9", true), ("2.1", "2.10", false), ("==2.1.0", "2.1", true),
        ("!=2.1", "2.1.0", false), ("!=2.1.*", "2.1.5", false), ("~=2.1.3", "2.1.9", true), ("~=2.1.3", "2.2", false),
        ("1.26|>=2", "2.5", true), ("1.26|>=2", "1.27", false), ("*", "7", true), (">=3.8, !=3.9.*", "3.9.7", false),
    ]) func knowsRanges(range: String, version: String, isIn: Bool) throws {
        #expect(try #require(VersionRange(range)).contains(version) == isIn)
    }

    @Test(arguments: ["", ">=", "2 3", "~=2", "a;b", "2..3", ">=.5"]) func refusesWhatIsNoRange(text: String) {
        #expect(VersionRange(text) == nil)
    }
}
