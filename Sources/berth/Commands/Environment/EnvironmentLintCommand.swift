import ArgumentParser
import Environments
import Foundation

/// `berth env lint`: looks a recipe over, and mends what is safe to mend. Needs no launcher.
struct EnvironmentLintCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint", abstract: "Look a recipe over.",
        discussion: """
            What its “pip:” part names by -r and -c is looked over too, where it lies beside it.

            Ends with 0 where there is nothing worse than a hint, 1 where there is a warning, 2 where there is an error.
            """)

    @Option(name: [.customShort("f"), .long], help: "The recipe: environment.yml, or - for standard input.")
    var file = "environment.yml"

    @Flag(help: "Mend what is safe to mend, in the recipe itself, not in files beside it; comments and order stay.")
    var fix = false

    @Option(help: "The platform it is for, such as linux-64.")
    var platform: String?

    @OptionGroup var options: LintOptions

    func run() async throws {
        do {
            let context = try options.context(platform: platform)
            var text = try EnvironmentFile.text(file)
            if fix {
                let (better, mended) = Lint.fixed(text, context: context) { EnvironmentFile.expanded($0, of: file) }
                if file == "-" {
                    // The text takes standard output, so what is left to say would be in its way.
                    return print(better, terminator: "")
                }
                if better != text { try better.write(toFile: file, atomically: true, encoding: .utf8) }
                for finding in mended {
                    FileHandle.standardError.write(Data("\(file): mended: \(finding.what) [\(finding.rule.rawValue)]\n".utf8))
                }
                text = better
            }
            try options.tell(Lint.findings(in: EnvironmentFile.expanded(text, of: file), context: context), file: file)
        } catch { throw fail(error) }
    }
}
