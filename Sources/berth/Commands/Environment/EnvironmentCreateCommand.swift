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

    func run() async throws {
        do {
            let recipe = try read()
            let progress = TerminalProgress()
            let summary = try await options.launcher().call(
                CreateEnvironment(account: options.account(), environment: name, recipe: recipe)
            ) { step in
                progress.show(step)
            }
            progress.end()
            print(describe(summary))
        } catch { throw fail(error) }
    }

    private func read() throws -> String {
        if file == "-" {
            return String(decoding: FileHandle.standardInput.readDataToEndOfFile(), as: UTF8.self)
        }
        guard let data = FileManager.default.contents(atPath: file) else {
            throw ValidationError("\(file) can't be read. Name the recipe with -f, or - for standard input.")
        }
        return String(decoding: data, as: UTF8.self)
    }
}

/// An environment in a few lines.
func describe(_ summary: EnvironmentSummary) -> String {
    let size = ByteCountFormatter.string(fromByteCount: Int64(summary.size), countStyle: .file)
    let python = summary.python.map { ", Python \($0)" } ?? ""
    let head = "\(summary.name): \(summary.packages) packages\(python), \(size), build \(summary.build)"
    return ([head] + summary.notices.map { "  note: \($0)" }).joined(separator: "\n")
}
