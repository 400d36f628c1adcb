import ArgumentParser
import LauncherProtocol

/// `berth env discard NAME`: throws away what was installed in running servers.
struct EnvironmentDiscardCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "discard", abstract: "Throw away what was installed in running servers since a version.")

    @OptionGroup var options: EnvironmentOptions

    @Argument(help: "NAME or OWNER/NAME, and @VERSION for what lies over an older version.")
    var environment: EnvironmentReference

    func run() async throws {
        do {
            let (name, version) = environment.parts
            _ = try await options.launcher().call(DiscardLayer(account: options.account(), environment: name, version: version))
            print(
                version.map { "What lay over \(name)@\($0) is gone." } ?? "\(name): the next server starts with what was locked.")
        } catch { throw fail(error) }
    }
}
