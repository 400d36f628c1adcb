import ArgumentParser
import Environments

/// `berth env explain NAME PACKAGE`: why a package is there.
struct EnvironmentExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "explain", abstract: "Show why a package is in an environment.")

    @OptionGroup var options: EnvironmentOptions

    @Argument(help: "NAME or OWNER/NAME, and @VERSION for an older version, or a lock's file.")
    var environment: EnvironmentReference

    @Argument(help: "The package's name.")
    var package: String

    @Flag(help: "Show every chain, not only the ten shortest.")
    var all = false

    func run() async throws {
        do {
            let found = try await environment.find(options)
            guard let explanation = Explanation(of: package, in: found.lock, asked: found.recipe?.asked) else {
                throw ValidationError("\(found.name) has no package “\(package)”.")
            }
            print(explanation.text(limit: all ? .max : 10), terminator: "")
        } catch { throw fail(error) }
    }
}
