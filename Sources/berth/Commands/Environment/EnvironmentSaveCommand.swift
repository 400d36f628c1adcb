import ArgumentParser
import LauncherProtocol

/// `berth env save NAME`: makes what was installed in running servers the next version.
struct EnvironmentSaveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "save", abstract: "Make what was installed in running servers the next version.",
        discussion: """
            The current recipe is edited, comments and order kept, then solved, locked and built. “berth env drift” shows what is saved.
            With @VERSION, what lies over that version is added to the current one; with --as too, it becomes an environment with that version.
            """)

    @OptionGroup var options: EnvironmentOptions

    @Argument(help: "NAME or OWNER/NAME, and @VERSION for what lies over an older version.")
    var environment: EnvironmentReference

    @Option(name: .customLong("as"), help: "Make a new environment of your own of it, with this name, in place of the next version.")
    var newName: String?

    func run() async throws {
        do {
            let progress = TerminalProgress(), (name, version) = environment.parts
            let summary = try await options.launcher().build(
                SaveLayer(account: options.account(), environment: name, version: version, newName: newName), progress)
            progress.end()
            print(describe(summary))
            for line in await options.outdatedServers(with: summary.name) { print(line) }
        } catch { throw fail(error) }
    }
}
