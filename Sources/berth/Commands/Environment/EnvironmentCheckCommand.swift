import ArgumentParser
import Checks
import Environments
import Foundation
import LauncherProtocol

/// `berth env check FILE`: whether a recipe is fit to be used, for CI.
struct EnvironmentCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check a recipe in CI: look it over, solve it, build it, import its packages.",
        discussion: """
            What its “pip:” part names by -r and -c is checked with it, where it lies beside it; findings name their own file.

            It is solved for every platform with every CUDA that is given; without, for the recipe's own platforms or the launcher's host, \
            with the CUDA that is configured there. Findings go to standard output, the rest to standard error.

            The launcher of this host does that, or with --site a Berth elsewhere, which needs nothing here but this program and a token. \
            Ctrl-C ends it there too.

            Ends with 0 where the recipe is fit, 1 where there is a warning, 2 where there is an error, \
            65 where the file isn't UTF-8, 66 where the file can't be read, \
            69 where nobody can try. An example for GitHub is in docs/github-workflow.yml.
            """)

    @Argument(help: "The recipe: environment.yml, or - for standard input.")
    var file: String

    @OptionGroup var environment: EnvironmentOptions

    @OptionGroup var elsewhere: SiteOptions

    @OptionGroup var options: LintOptions

    @Option(name: .customLong("platform"), help: "A platform to look at and solve for, such as linux-64; can be given again.")
    var platforms: [String] = []

    @Option(name: .customLong("with-cuda"), help: "A CUDA to solve for, such as 12.4, or none; can be given again.")
    var cudas: [String] = []

    @OptionGroup var system: SystemOptions

    @Option(help: "Solve with the packages that there were on a day, such as 2026-01-31.")
    var asOf: String?

    @Flag(inversion: .prefixedNo, help: "Whether to solve it; without solving and building no launcher is needed.")
    var solve = true

    @Flag(name: .customLong("build"), help: "Build it on the launcher's host; the next “berth env gc” takes the build away.")
    var builds = false

    @Flag(name: .customLong("import"), help: "Build it, and import what it asks for.")
    var imports = false

    @Flag(help: "Mend first what is safe to mend, in the recipe itself; comments and order stay.")
    var fix = false

    @Flag(help: "With --fix: take out what comes with others anyway, where the rest solves to the very same lock for all that is solved.")
    var minimal = false

    func validate() throws {
        do throws(TargetError) { try wish.validate() } catch { throw ValidationError(error.description) }
        guard !minimal || fix && solve else { throw ValidationError("--minimal needs --fix, and the recipe to be solved.") }
        guard !fix || file != "-" else { throw ValidationError("--fix needs a file; “berth env lint --fix -f -” mends standard input.") }
        if elsewhere.site != nil {
            guard options.lock == nil, options.channelPackages == nil else {
                throw ValidationError("--site solves the recipe itself; leave --lock and --channel-packages out.")
            }
            guard environment.user == nil else { throw ValidationError("--site checks for whoever has the token; leave --user out.") }
            guard wish.needsLauncher else { throw ValidationError("Without solving and building nobody is asked; leave --site out.") }
        }
    }

    func run() async throws {
        do { try options.tell(try await report()) } catch { throw fail(error) }
    }

    private var wish: CheckWish {
        var wish = CheckWish()
        wish.platforms = platforms
        wish.cudas = cudas
        wish.virtualPackages = system.virtualPackages
        wish.asOf = asOf
        wish.solves = solve
        wish.builds = builds
        wish.imports = imports
        wish.shortens = minimal
        return wish
    }

    private func report() async throws -> LintReport {
        let text = try mended(EnvironmentFile.text(file))
        let progress = TerminalProgress()
        defer { progress.end() }
        let tell: @Sendable (String) -> Void = { [file] line in
            progress.end()
            FileHandle.standardError.write(Data("\(file): \(line)\n".utf8))
        }
        do {
            let (report, shorter) =
                if let site = try elsewhere.client() {
                    try await check(text, at: site, progress, tell)
                } else {
                    try await check(text, progress, tell)
                }
            if minimal, let shorter { try EnvironmentFile.replace(file, with: shorter, where: text) }
            return report
        } catch let error as UnavailableError {
            progress.end()
            FileHandle.standardError.write(Data("berth: \(error)\n".utf8))
            throw ExitCode(69)  // EX_UNAVAILABLE, sysexits.h
        }
    }

    /// Mends what is safe to mend, as `berth env lint --fix` does.
    private func mended(_ text: String) throws -> String {
        guard fix else { return text }
        let (better, mended) = Lint.fixed(text) { EnvironmentFile.expanded($0, of: file) }
        if better != text { try EnvironmentFile.replace(file, with: better) }
        EnvironmentFile.tell(mended, of: file)
        return better
    }

    /// By this host's launcher, or by looking alone where no more is wished for.
    private func check(
        _ text: String, _ progress: TerminalProgress, _ tell: @escaping @Sendable (String) -> Void
    ) async throws -> (report: LintReport, shorter: String?) {
        let context = try options.context()
        var check = RecipeCheck(wish, of: text, context: context) { [file] in EnvironmentFile.expanded($0, of: file) }
        if wish.needsLauncher {
            let attempt = Attempt(
                launcher: try environment.launcher(), account: try environment.account(), progress: { progress.show($0) },
                tell: { tell($0.english) })
            do throws(LauncherError) { try await check.carryOut(attempt) } catch { throw UnavailableError(error.description) }
        }
        return (LintReport(file: file, findings: check.findings), check.shorter?.text)
    }

    private func check(
        _ text: String, at site: SiteClient, _ progress: TerminalProgress, _ tell: @escaping @Sendable (String) -> Void
    ) async throws -> (report: LintReport, shorter: String?) {
        let wanted = CheckRequest(
            recipe: text, file: file, files: EnvironmentFile.named(by: text, of: file), wish: wish,
            context: try options.context())
        let found = try await interruptible {
            try await site.check(wanted) { step in
                switch step {
                case .progress(let step): progress.show(step)
                case .told(let line): tell(line)
                }
            }
        }
        return (LintReport(entries: found.findings), found.minimal?.recipe)
    }
}
