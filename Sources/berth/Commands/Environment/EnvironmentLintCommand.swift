import ArgumentParser
import Environments
import Foundation

/// `berth env lint`: looks a recipe over, and mends what is safe to mend. Needs no launcher.
struct EnvironmentLintCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint", abstract: "Look a recipe over.",
        discussion: """
            What its “pip:” part names by -r and -c is looked over too, where it lies beside it.

            With --fix and standard input the mended recipe goes to standard output, and what is left to say to standard error.

            Ends with 0 where there is nothing worse than a hint, 1 where there is a warning, 2 where there is an error, \
            65 where the file isn't UTF-8, 66 where it can't be read.
            """)

    @Argument(help: "The recipe: environment.yml where nothing is given, or - for standard input.")
    var recipe: String?

    @Option(name: [.customShort("f"), .customLong("file")], help: "The same.")
    var named: String?

    @Flag(help: "Mend what is safe to mend, in the recipe itself, not in files beside it; comments and order stay.")
    var fix = false

    @Flag(
        help: "With --fix: take out what comes with others anyway. Needs --lock, and proves nothing: “berth env check” solves it again.")
    var minimal = false

    @Option(help: "The platform it is for, such as linux-64.")
    var platform: String?

    @OptionGroup var options: LintOptions

    func validate() throws {
        guard recipe == nil || named == nil else { throw ValidationError("Name one recipe: FILE or -f FILE.") }
        guard !minimal || fix && options.lock != nil else {
            throw ValidationError("--minimal needs --fix and --lock here; “berth env check --fix --minimal” solves the recipe by itself.")
        }
    }

    private var file: String { recipe ?? named ?? "environment.yml" }

    func run() async throws {
        do {
            var output = FileHandle.standardOutput
            let context = try options.context(platform: platform)
            var text = try EnvironmentFile.text(file)
            if fix {
                if minimal, let lock = context.lock, let shorter = Lint.minimal(EnvironmentFile.expanded(text, of: file), lock: lock) {
                    try EnvironmentFile.replace(file, with: shorter.text)
                    text = shorter.text
                    FileHandle.standardError.write(
                        Data("\(file): taken out: \(shorter.superfluous.sorted().joined(separator: ", "))\n".utf8))
                }
                let (better, mended) = Lint.fixed(text, context: context) { EnvironmentFile.expanded($0, of: file) }
                if file == "-" {
                    try output.write(contentsOf: Data(better.utf8))
                    output = .standardError
                }
                if better != text { try EnvironmentFile.replace(file, with: better) }
                EnvironmentFile.tell(mended, of: file)
                text = better
            }
            let findings = Lint.findings(in: EnvironmentFile.expanded(text, of: file), context: context)
            try options.tell(LintReport(file: file, findings: findings), to: output)
        } catch { throw fail(error) }
    }
}
