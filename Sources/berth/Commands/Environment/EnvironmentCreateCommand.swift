import ArgumentParser
import Environments
import Foundation
import LauncherProtocol
import Phrases

/// `berth env create -f environment.yml`: solve, lock, build.
struct EnvironmentCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make an environment from a recipe or a lock, or its next version.",
        discussion: """
            The recipe is a file, of a Git repository elsewhere (--git), or another environment's with its lock (--from).
            """)

    @OptionGroup var options: EnvironmentOptions

    @Option(
        name: [.customShort("f"), .long],
        help: "The recipe: environment.yml; or a lock: lock.json, an explicit file, conda-lock.yml, pixi.lock; - for standard input.")
    var file = "environment.yml"

    @Option(name: [.customShort("n"), .long], help: "The environment's name; the recipe's own where none is given.")
    var name: String?

    @Option(help: "The address of a Git repository to take the recipe from, over HTTP or HTTPS and without a password.")
    var git: String?

    @Option(help: "The branch, tag or commit of the repository.")
    var ref: String?

    @Option(help: "Where the recipe lies in the repository; environment.yml at its top where nothing is given.")
    var path: String?

    @Option(help: "An environment to copy, with the very same packages: NAME or OWNER/NAME, and @VERSION for an older version.")
    var from: EnvironmentReference?

    @OptionGroup var target: TargetOptions

    @Flag(help: "Where a lock's packages are gone, build the nearest that fit.")
    var nearest = false

    @Option(
        help: "The version that the recipe began from, or its first digits: where somebody has saved another since, nothing is built.")
    var base: String?

    func validate() throws {
        guard git == nil || from == nil else { throw ValidationError("Give --git or --from, not both.") }
        guard git != nil || (ref == nil && path == nil) else { throw ValidationError("--ref and --path belong to --git.") }
        guard from == nil || (!target.isGiven && base == nil) else {
            throw ValidationError("A copy is not solved again; leave --with-cuda, --with, --as-of and --base out.")
        }
    }

    func run() async throws {
        do {
            let progress = TerminalProgress()
            let summary = try await create(progress)
            progress.end()
            print(describe(summary))
            for line in await options.outdatedServers(with: summary.name) { print(line) }
        } catch { throw fail(error) }
    }

    private func create(_ progress: TerminalProgress) async throws -> EnvironmentSummary {
        let launcher = try options.launcher(), account = try options.account()
        if let from {
            let (source, version) = from.parts
            let call = CopyEnvironment(account: account, source: source, version: version, environment: name, nearest: nearest)
            return try await launcher.build(call, progress)
        }
        let source: ExpandedRecipe
        if let git {
            let found = try await launcher.call(FetchRecipe(account: account, url: git, reference: ref, path: path))
            FileHandle.standardError.write(Data("note: this is of the commit \(found.commit)\n".utf8))
            source = ExpandedRecipe(found.recipe)
        } else {
            source = try EnvironmentFile.recipe(file)
            if source.namesFiles { try refuse(Lint.findings(in: source).filter { $0.rule == .invalidRecipe }) }
        }
        let call = CreateEnvironment(
            account: account, environment: name, recipe: source.text, target: target.value, nearest: nearest, base: base)
        do {
            return try await launcher.build(call, progress)
        } catch let error as LauncherError {
            // The launcher counts the lines of the text that it was given, and the person those of their files.
            if source.namesFiles {
                progress.end()
                try refuse(error.places.map { source.placed(LintFinding(.unsolvable, at: $0.line, $0.column, $0.message, "")) })
            }
            throw git == nil && file != "-" ? error.naming(file) : error
        }
    }

    /// Ends the command where something is wrong with the recipe or a file beside it, told at its own place.
    private func refuse(_ findings: [LintFinding]) throws {
        guard !findings.isEmpty else { return }
        FileHandle.standardError.write(Data(LintReport(file: file, findings: findings).text.utf8))
        throw ExitCode(65)  // EX_DATAERR, sysexits.h
    }
}

/// An environment in a few lines.
func describe(_ summary: EnvironmentSummary) -> String {
    let size = ByteCountFormatter.string(fromByteCount: Int64(summary.size), countStyle: .file)
    let python = summary.python.map { ", Python \($0)" } ?? ""
    let head = "\(summary.name): \(Phrase.packages(summary.packages))\(python), \(size), build \(summary.build)"
    let earlier = summary.layers.earlier > 0 ? ["  note: \(earlierLayers(of: summary.name))"] : []
    return ([head] + summary.notices.map { "  note: \($0)" } + earlier).joined(separator: "\n")
}

/// Says, before the current version gets a successor, that what was installed over it stays with it.
func warnOfLayer(over summary: EnvironmentSummary) {
    guard summary.layers.hasCurrent else { return }
    let remark =
        "What was installed over the current version stays over it: “berth env drift \(summary.name)” shows it, “berth env save \(summary.name)” keeps it.\n"
    FileHandle.standardError.write(Data(remark.utf8))
}

/// What to say where something was installed over versions that are not the current one.
func earlierLayers(of environment: String) -> String {
    "What you installed over earlier versions is not in this one; “berth env drift \(environment) --all” shows it, and how to keep it."
}
