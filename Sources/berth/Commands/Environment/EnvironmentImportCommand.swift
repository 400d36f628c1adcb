import ArgumentParser
import Environments
import Foundation

/// `berth env import requirements.txt`: a recipe made of pip's requirements. Needs no launcher.
struct EnvironmentImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Show the recipe that a requirements.txt makes.",
        discussion: "berth env import requirements.txt --name lab --python 3.11 | berth env create -f -")

    @Argument(help: "The requirements.txt, or - for standard input.")
    var file: String

    @Option(name: [.customShort("n"), .long], help: "What to call the environment.")
    var name: String

    @Option(help: "The version of Python, such as 3.11; requirements don't say.")
    var python: String

    func run() async throws {
        do {
            guard EnvironmentName(name) != nil else { throw ValidationError("“\(name)” can't be its name. \(EnvironmentName.rule)") }
            let requirements = Requirements(try EnvironmentFile.text(file))
            for notice in requirements.notices { FileHandle.standardError.write(Data("note: \(notice)\n".utf8)) }
            print(requirements.recipe(name: name, python: python), terminator: "")
        } catch { throw fail(error) }
    }
}
