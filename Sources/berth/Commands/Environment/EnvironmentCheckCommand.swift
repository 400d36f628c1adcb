import ArgumentParser
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

            Ends with 0 where the recipe is fit, 1 where there is a warning, 2 where there is an error, 66 where the file can't be read, \
            69 where the launcher can't try. An example for GitHub is in docs/github-workflow.yml.
            """)

    @Argument(help: "The recipe: environment.yml, or - for standard input.")
    var file: String

    @OptionGroup var environment: EnvironmentOptions

    @OptionGroup var options: LintOptions

    @Option(name: .customLong("platform"), help: "A platform to look at and solve for, such as linux-64; can be given again.")
    var platforms: [String] = []

    @Option(name: .customLong("with-cuda"), help: "A CUDA to solve for, such as 12.4, or none; can be given again.")
    var cudas: [String] = []

    @Option(help: "Solve with the packages that there were on a day, such as 2026-01-31.")
    var asOf: String?

    @Flag(inversion: .prefixedNo, help: "Whether to solve it; without solving and building no launcher is needed.")
    var solve = true

    @Flag(name: .customLong("build"), help: "Build it on the launcher's host; the next “berth env gc” takes the build away.")
    var builds = false

    @Flag(name: .customLong("import"), help: "Build it, and import what it asks for.")
    var imports = false

    func validate() throws {
        for platform in platforms {
            guard Target.platforms.contains(platform) else {
                throw ValidationError("“\(platform)” is no platform of conda's. They are: \(Target.platforms.joined(separator: ", ")).")
            }
        }
        for cuda in cudas.isEmpty ? [nil] : cudas.map(Optional.some) {
            do { _ = try Target(cuda: cuda, asOf: asOf, host: "linux-64", configured: []) } catch {
                throw ValidationError(error.description)
            }
        }
    }

    func run() async throws {
        do {
            let source = try EnvironmentFile.recipe(file)
            // What can't be read can't be solved.
            guard let recipe = try? Recipe(yaml: source.text) else { return try options.tell(Lint.findings(in: source), file: file) }
            try options.tell(try await findings(in: source, recipe), file: file)
        } catch { throw fail(error) }
    }

    private func findings(in source: ExpandedRecipe, _ recipe: Recipe) async throws -> [LintFinding] {
        var check = RecipeCheck(source)
        var targets = try targets(of: recipe).map { (target: $0, context: try options.context(platform: $0.platform)) }
        guard solve || builds || imports else {
            for target in targets { check.look(with: target.context) }
            return check.findings
        }
        let progress = TerminalProgress()
        let attempt = RecipeCheck.Attempt(
            launcher: try environment.launcher(), account: try environment.account(), progress: { progress.show($0) },
            tell: { line in
                progress.end()
                FileHandle.standardError.write(Data("\(file): \(line)\n".utf8))
            })
        do throws(LauncherError) {
            let host = try await attempt.launcher.call(DescribeHost(account: attempt.account))
            for index in targets.indices { targets[index].context.complete(with: host) }
            if !solve { for target in targets { check.look(with: target.context) } }
            if solve { for (target, context) in targets { try await check.solve(for: target, with: context, attempt) } }
            if builds || imports { try await check.build(for: SolveTarget(cuda: cudas.first, asOf: asOf), imports: imports, attempt) }
            progress.end()
        } catch {
            progress.end()
            FileHandle.standardError.write(Data("berth: \(error)\n".utf8))
            throw ExitCode(69)  // EX_UNAVAILABLE, sysexits.h
        }
        return check.findings
    }

    /// Every platform with every CUDA.
    private func targets(of recipe: Recipe) -> [SolveTarget] {
        let named = platforms.isEmpty ? recipe.platforms.map(\.text) : platforms
        let platforms = named.isEmpty ? [nil] : named.map(Optional.some)
        let cudas = cudas.isEmpty ? [nil] : cudas.map(Optional.some)
        return platforms.flatMap { platform in cudas.map { SolveTarget(platform: platform, cuda: $0, asOf: asOf) } }
    }
}

extension LintContext {
    /// What nobody said is taken from the launcher's host, where that is what the recipe is looked at for.
    fileprivate mutating func complete(with host: HostDescription) {
        guard platform == nil || platform == host.platform else { return }
        platform = host.platform
        driver = driver ?? host.driver
        hasGPU = hasGPU ?? host.hasGPU
        imageHasJupyter = imageHasJupyter ?? host.imageHasJupyter
    }
}
