import ArgumentParser
import Environments
import Foundation

/// `berth env import FILE`: a recipe made of what other tools read. Needs no launcher.
struct EnvironmentImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Show the recipe that a pixi.toml, pyproject.toml or requirements.txt makes.",
        discussion: """
            berth env import pixi.toml --choose cuda | berth env create -f -
            What a recipe can't say is named on standard error.
            """)

    @Argument(help: "The pixi.toml, pyproject.toml or requirements.txt, or - for standard input.")
    var file: String

    @Option(name: [.customShort("n"), .long], help: "What to call the environment; the manifest's own name where none is given.")
    var name: String?

    @Option(help: "The version of Python, such as 3.11, where the file doesn't say.")
    var python: String?

    @Option(name: .customLong("choose"), help: "An environment, feature, extra or group of the file to take too; can be given again.")
    var choices: [String] = []

    func run() async throws {
        do {
            if let name, EnvironmentName(name) == nil {
                throw ValidationError("“\(name)” can't be its name. \(EnvironmentName.rule)")
            }
            let text = try EnvironmentFile.text(file)
            guard let form = ImportedRecipe.Form(of: text) else { throw refusal(of: text) }
            let imported = try ImportedRecipe(
                text, as: form, named: name, python: python, choosing: choices, read: EnvironmentFile.beside(file))
            for notice in imported.notices { FileHandle.standardError.write(Data("note: \(notice)\n".utf8)) }
            print(imported.text, terminator: "")
        } catch { throw fail(error) }
    }

    /// Why a text is none of the three.
    private func refusal(of text: String) -> any Error {
        if LockFile.isMeant(by: text) {
            return ValidationError("\(file) is a lock already: “berth env create -n NAME -f \(file)” makes the environment.")
        }
        if (try? Recipe(yaml: text)) != nil {
            return ValidationError("\(file) is an environment.yml already: “berth env create -f \(file)” makes the environment.")
        }
        if let broken = ImportError(inTOML: text, file: file) { return broken }
        return ValidationError("\(file) is no pixi.toml, pyproject.toml or requirements.txt.")
    }
}
