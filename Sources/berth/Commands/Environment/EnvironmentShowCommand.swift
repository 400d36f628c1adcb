import ArgumentParser
import LauncherProtocol

/// `berth env show NAME`: the recipe, or the exact lock.
struct EnvironmentShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show an environment's recipe, or its exact lock.")

    @OptionGroup var options: EnvironmentOptions

    @Argument(help: "The environment's name.")
    var name: String

    @Flag(help: "Show conda's explicit file instead: every package with its address and hash.")
    var explicit = false

    func run() async throws {
        do {
            let found = try await options.launcher().call(
                InspectEnvironment(account: options.account(), environment: name))
            print(explicit ? found.explicit : found.recipe, terminator: "")
        } catch { throw fail(error) }
    }
}
