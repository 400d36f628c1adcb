import ArgumentParser
import Environments
import Foundation

/// `berth env diff A B`: what was added, removed and changed, and why it is there.
struct EnvironmentDiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Show what is different between two environments.",
        discussion: """
            + added, - removed, ↑ newer, ↓ older, = the same version from another build.
            As diff, ends with 0 where both are the same, 1 where they differ, 2 where that can't be told.
            """)

    @OptionGroup var options: EnvironmentOptions

    @Argument(help: "The old one: NAME or OWNER/NAME, and @VERSION for an older version, or a lock's file.")
    var old: EnvironmentReference

    @Argument(help: "The new one, in the same forms.")
    var new: EnvironmentReference

    func run() async throws {
        let diff: LockDiff
        do {
            let old = try await old.find(options), new = try await new.find(options)
            diff = LockDiff(from: old.lock, to: new.lock, asked: (old.recipe?.asked, new.recipe?.asked))
        } catch {
            _ = fail(error)
            throw ExitCode(2)
        }
        for change in diff.changes { print(change) }
        for line in diff.settings { print(line) }
        if !diff.isEmpty { throw ExitCode(1) }
    }
}
