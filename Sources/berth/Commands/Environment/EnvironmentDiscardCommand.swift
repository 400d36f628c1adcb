import ArgumentParser
import LauncherProtocol

/// `berth env discard NAME`: throws away what was installed in running servers.
struct EnvironmentDiscardCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "discard", abstract: "Throw away what was installed in running servers since the current version.")

    @OptionGroup var options: EnvironmentOptions

    @Argument(help: "NAME, or OWNER/NAME of somebody else's.")
    var name: String

    func run() async throws {
        do {
            _ = try await options.launcher().call(DiscardLayer(account: options.account(), environment: name))
            print("\(name): the next server starts with what was locked.")
        } catch { throw fail(error) }
    }
}
