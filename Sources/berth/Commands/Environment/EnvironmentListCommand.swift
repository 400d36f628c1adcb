import ArgumentParser
import LauncherProtocol

/// `berth env list`.
struct EnvironmentListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Show the environments there are.")

    @OptionGroup var options: EnvironmentOptions

    func run() async throws {
        do {
            let environments = try await options.launcher().call(ListEnvironments(account: options.account()))
            if environments.isEmpty {
                print("There is no environment yet. Make one: berth env create -f environment.yml")
            }
            for environment in environments { print(describe(environment)) }
        } catch { throw fail(error) }
    }
}
