import ArgumentParser
import LauncherProtocol

/// `berth env bring-back NAME`: what was removed is there again.
struct EnvironmentBringBackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bring-back", abstract: "Bring a removed environment back, with its history.",
        discussion: "berth env list --removed shows what there is. Whom it was shared with is forgotten.")

    @OptionGroup var options: EnvironmentOptions

    @Argument(help: "The name that it had, for the one removed last, or what the list calls it.")
    var name: String

    @Option(name: .customLong("as"), help: "Another name for it; needed where you have one of its name by now.")
    var newName: String?

    func run() async throws {
        do {
            let environment = try await options.launcher().call(
                BringBackEnvironment(account: options.account(), removed: name, newName: newName))
            print(describe(environment))
        } catch { throw fail(error) }
    }
}
