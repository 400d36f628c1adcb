import Environments
import Foundation
import LauncherProtocol
import Phrases
import Synchronization
import Testing

@testable import Checks

@Suite("A recipe is looked over, solved and built")
struct RecipeCheckTests {
    private static let frozen = """
        dependencies:
          - python=3.11.2
          - app=1.0  # ours
          - one=1.0
          - two=2.0
          - three=3.0
          - four=4.0

        """

    private func findings(
        _ text: String, _ change: (inout CheckWish) -> Void = { _ in }, launcher: FakeSolver = FakeSolver()
    ) async throws -> (check: RecipeCheck, told: [String]) {
        var wish = CheckWish()
        change(&wish)
        var check = RecipeCheck(wish, of: text)
        let told = Mutex<[String]>([])
        try await check.carryOut(
            Attempt(launcher: launcher, account: "ada", tell: { line in told.withLock { $0.append(line.english) } }))
        return (check, told.withLock(\.self))
    }

    @Test("Every platform is solved with every CUDA; what fails is told at its line, once for each")
    func targets() async throws {
        let launcher = FakeSolver()
        let (check, told) = try await findings(
            "dependencies:\n  - python=3.11.2\n  - nosuch\n",
            {
                $0.platforms = ["linux-64", "osx-arm64"]
                $0.cudas = ["12.4", "none"]
                $0.virtualPackages = ["__glibc=2.17"]
                $0.builds = true
            }, launcher: launcher)
        #expect(launcher.solves.map(\.target.platform) == ["linux-64", "linux-64", "osx-arm64", "osx-arm64"])
        #expect(launcher.solves.map(\.target.cuda) == ["12.4", "none", "12.4", "none"])
        #expect(launcher.solves.allSatisfy { $0.target.virtualPackages == ["__glibc=2.17"] })
        let unsolvable = check.findings.filter { $0.rule == .unsolvable }
        #expect(unsolvable.map(\.mark.line) == [3, 3, 3, 3])
        #expect(unsolvable.map(\.what.english).contains("For osx-arm64 without CUDA: nobody has it"))
        #expect(told.isEmpty && launcher.builds.isEmpty, "what can't be solved isn't built")
    }

    @Test("What the tool pinned and others bring goes, where the rest solves to the very same lock")
    func shorter() async throws {
        let launcher = FakeSolver()
        let (check, _) = try await findings(Self.frozen, launcher: launcher)
        let shorter = try #require(check.shorter)
        // Without its line “two” would be 2.1.
        #expect(shorter.superfluous == ["one", "three", "four"])
        #expect(shorter.text == "dependencies:\n  - python=3.11.2\n  - app=1.0  # ours\n  - two=2.0\n")
        let finding = try #require(check.findings.first { $0.rule == .freezeBloat })
        #expect(finding.what.english.hasPrefix("3 of the 6 packages"))
        #expect(finding.remedy.english == "Ask for these alone, which solve to the same lock: python=3.11.2, app=1.0, two=2.0.")
        #expect(check.text == Self.frozen, "nothing is taken out that nobody wished for")
        let again = launcher.solves.dropFirst().filter { !$0.condaAlone }
        #expect(again.isEmpty)
    }

    @Test("The shorter recipe takes the place of the other where that is wished for")
    func takenOver() async throws {
        let launcher = FakeSolver(
            tried: .success(
                .init(packages: 6, imported: 1, failures: [RecipePlace(line: 4, column: 5, message: "“two” is installed, and fails")])))
        let (check, told) = try await findings(
            Self.frozen,
            {
                $0.shortens = true
                $0.imports = true
            }, launcher: launcher)
        #expect(check.text == check.shorter?.text)
        #expect(!check.findings.contains { $0.rule == .freezeBloat })
        #expect(check.findings.filter { $0.rule == .importFails }.map(\.mark.line) == [4], "in the text that was built")
        #expect(launcher.builds.map(\.recipe) == [check.text])
        #expect(told.contains("is shorter by what comes with others anyway: four, one, three"))
    }

    @Test("A package that comes with others on one platform alone stays for the others")
    func platforms() async throws {
        let text = Self.frozen.replacing("two=2.0", with: "two=2.1") + "  - mac=1.0\n"
        let linux = try await findings(text, { $0.platforms = ["linux-64"] })
        #expect(linux.check.shorter?.superfluous == ["one", "two", "three", "four"])
        let both = try await findings(text, { $0.platforms = ["osx-arm64", "linux-64"] })
        #expect(both.check.shorter?.superfluous == ["one", "two", "three", "four"])
    }

    @Test("Without a wish for more it is looked at, and nobody is asked")
    func looked() throws {
        var wish = CheckWish()
        wish.solves = false
        wish.platforms = ["osx-arm64"]
        #expect(!wish.needsLauncher)
        let check = RecipeCheck(wish, of: "platforms: [linux-64]\ndependencies: [python=3.11]\n")
        #expect(check.findings.map(\.rule) == [.platformMissing])
        #expect(RecipeCheck(wish, of: "dependencies: 1\n").findings.map(\.rule) == [.invalidRecipe])
    }

    @Test("That nobody can try is no fault of the recipe")
    func unavailable() async throws {
        await #expect(throws: LauncherError.self) { try await findings(Self.frozen, { $0.builds = true }) }
    }

    @Test("What can't be solved for is refused before anything is tried", arguments: ["linux-66", "12,4", "__glibc", "2026-02-31"])
    func refused(text: String) throws {
        var wish = CheckWish()
        switch text {
        case "linux-66": wish.platforms = [text]
        case "12,4": wish.cudas = [text]
        case "__glibc": wish.virtualPackages = [text]
        default: wish.asOf = text
        }
        let wanted = wish
        let error = try #require(throws: TargetError.self) { try wanted.validate() }
        #expect(error.description.contains(text))
    }
}
