import ArgumentParser
import LauncherProtocol

/// `berth env rollback NAME VERSION`.
struct EnvironmentRollBackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Go back to an earlier version.",
        discussion: "The versions since then stay in the history. Servers see it at their next start.",
        aliases: ["restore"])

    @OptionGroup var options: EnvironmentOptions

    @Argument(help: "NAME, or OWNER/NAME of somebody else's.")
    var name: String

    @Argument(help: "The version, or at least its first four digits, as “berth env history” shows it.")
    var version: String

    @Flag(help: "Where packages of it are gone, build the nearest that fit.")
    var nearest = false

    func run() async throws {
        do {
            let (launcher, account) = (try options.launcher(), try options.account())
            // A current version that can't be read is a reason to go back.
            if let current = try? await launcher.call(InspectEnvironment(account: account, environment: name)) {
                warnOfLayer(over: current.summary)
            }
            let progress = TerminalProgress()
            let summary = try await launcher.build(
                RollBackEnvironment(account: account, environment: name, version: version, nearest: nearest), progress)
            progress.end()
            print(describe(summary))
            for line in await options.outdatedServers(with: summary.name) { print(line) }
        } catch { throw fail(error) }
    }
}
