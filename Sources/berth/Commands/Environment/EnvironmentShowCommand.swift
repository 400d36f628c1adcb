import ArgumentParser
import LauncherProtocol

/// `berth env show NAME`: the recipe, or the exact lock.
struct EnvironmentShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show an environment's recipe, or its exact lock.")

    @OptionGroup var options: EnvironmentOptions

    @Argument(help: "NAME or OWNER/NAME, and @VERSION for an older version.")
    var environment: EnvironmentReference

    @Flag(help: "Show conda's explicit file instead: every package with its address and hash.")
    var explicit = false

    func run() async throws {
        do {
            let (name, version) = environment.parts
            let found = try await options.launcher().call(
                InspectEnvironment(account: options.account(), environment: name, version: version))
            print(explicit ? found.explicit : found.recipe, terminator: "")
        } catch { throw fail(error) }
    }
}
