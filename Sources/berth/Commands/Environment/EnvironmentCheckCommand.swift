import ArgumentParser
import Environments
import Foundation

/// `berth env check FILE`: whether a recipe is fit to be used, for CI. Needs no launcher.
struct EnvironmentCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check a recipe in CI.",
        discussion: """
            Ends with 0 where the recipe is fit, 1 where there is a warning, 2 where there is an error, 66 where the file can't be read.
            An example for GitHub is in docs/github-workflow.yml.
            """)

    @Argument(help: "The recipe: environment.yml, or - for standard input.")
    var file: String

    @OptionGroup var options: LintOptions

    func run() async throws {
        do {
            try options.tell(Lint.findings(in: EnvironmentFile.text(file), context: options.context()), file: file)
        } catch { throw fail(error) }
    }
}
