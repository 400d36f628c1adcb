import ArgumentParser
import LauncherProtocol

/// `berth env discard NAME`: throws away what was installed in running servers.
struct EnvironmentDiscardCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "discard", abstract: "Throw away what was installed in running servers since a version.")

    @OptionGroup var options: EnvironmentOptions

    @Argument(help: "NAME or OWNER/NAME, and @VERSION for what lies over an older version.")
    var environment: EnvironmentReference

    @Flag(help: "Of what lies over an environment that is gone for good: NAME@BUILD, as “berth env drift --orphaned” shows it.")
    var orphaned = false

    func validate() throws {
        guard !orphaned || environment.parts.version != nil else { throw ValidationError("--orphaned needs NAME@BUILD.") }
    }

    func run() async throws {
        do {
            let (name, version) = environment.parts
            let call = try DiscardLayer(
                account: options.account(), environment: name, version: orphaned ? nil : version, orphan: orphaned ? version : nil)
            _ = try await options.launcher().call(call)
            print(
                version.map { "What lay over \(name)@\($0) is gone." } ?? "\(name): the next server starts with what was locked.")
        } catch { throw fail(error) }
    }
}
