import ArgumentParser
import Foundation
import LauncherProtocol

/// `berth env remove NAME`.
struct EnvironmentRemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove an environment. Running servers keep it until they stop.")

    @OptionGroup var options: EnvironmentOptions

    @Argument(help: "The environment's name.")
    var name: String

    func run() async throws {
        do {
            let removed = try await options.launcher().call(RemoveEnvironment(account: options.account(), environment: name))
            let until = Date(timeIntervalSince1970: removed.until).formatted(.iso8601)
            print("\(name) is removed. Until \(until) its owner can bring it back: berth env bring-back \(removed.name)")
        } catch { throw fail(error) }
    }
}
