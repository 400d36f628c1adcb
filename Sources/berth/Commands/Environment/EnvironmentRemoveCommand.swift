import ArgumentParser
import LauncherProtocol

/// `berth env remove NAME`.
struct EnvironmentRemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Forget an environment. Running servers keep it until they stop.")

    @OptionGroup var options: EnvironmentOptions

    @Argument(help: "The environment's name.")
    var name: String

    func run() async throws {
        do {
            _ = try await options.launcher().call(RemoveEnvironment(account: options.account(), environment: name))
            print("\(name) is forgotten.")
        } catch { throw fail(error) }
    }
}
