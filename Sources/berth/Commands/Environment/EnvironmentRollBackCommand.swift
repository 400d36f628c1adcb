import ArgumentParser
import LauncherProtocol

/// `berth env rollback NAME VERSION`.
struct EnvironmentRollBackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Go back to an earlier version.",
        discussion: "The versions since then stay in the history. Servers see it at their next start.",
        aliases: ["restore"])

    @OptionGroup var options: EnvironmentOptions

    @Argument(help: "The environment's name.")
    var name: String

    @Argument(help: "The version, or at least its first four digits, as “berth env history” shows it.")
    var version: String

    func run() async throws {
        do {
            let progress = TerminalProgress()
            let summary = try await options.launcher().call(
                RollBackEnvironment(account: options.account(), environment: name, version: version)
            ) { step in
                progress.show(step)
            }
            progress.end()
            print(describe(summary))
        } catch { throw fail(error) }
    }
}
