import ArgumentParser
import Foundation
import LauncherProtocol

/// `berth env create -f environment.yml`: solve, lock, build.
struct EnvironmentCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make an environment from a recipe, or its next version.")

    @OptionGroup var options: EnvironmentOptions

    @Option(name: [.customShort("f"), .long], help: "The recipe: environment.yml, or - for standard input.")
    var file = "environment.yml"

    @Option(name: [.customShort("n"), .long], help: "The environment's name; the recipe's own where none is given.")
    var name: String?

    @Option(
        help: "Solve for a driver that supports this CUDA, such as 12.4, none, or host for what is configured; later versions keep it.")
    var withCuda: String?

    @Option(help: "Solve with the packages that there were on a day, such as 2026-01-31.")
    var asOf: String?

    func run() async throws {
        do {
            let recipe = try EnvironmentFile.text(file)
            let progress = TerminalProgress()
            let summary = try await options.launcher().call(
                CreateEnvironment(
                    account: options.account(), environment: name, recipe: recipe, target: SolveTarget(cuda: withCuda, asOf: asOf))
            ) { step in
                progress.show(step)
            }
            progress.end()
            print(describe(summary))
        } catch { throw fail(error) }
    }
}

/// An environment in a few lines.
func describe(_ summary: EnvironmentSummary) -> String {
    let size = ByteCountFormatter.string(fromByteCount: Int64(summary.size), countStyle: .file)
    let python = summary.python.map { ", Python \($0)" } ?? ""
    let head = "\(summary.name): \(summary.packages) packages\(python), \(size), build \(summary.build)"
    return ([head] + summary.notices.map { "  note: \($0)" }).joined(separator: "\n")
}
