import ArgumentParser
import Configuration
import LauncherProtocol

/// `berth watch look`: has the gateway look upstream now.
struct WatchLookCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "look", abstract: "Look upstream now, instead of when it is time again.")

    @OptionGroup var common: CommonOptions

    func run() async throws {
        do {
            let configuration = try common.load()
            guard configuration.watch.isOn else {
                throw WatchCommandError(
                    description: "Nobody looks upstream: “watch.images” and “watch.packages” are off in berth.yaml.")
            }
            _ = try await LauncherClient(path: configuration.launcherSocket).call(LookUpstream())
            print("The gateway looks upstream now. “berth watch list” shows what it has found, its log what it could not read.")
        } catch { throw fail(error) }
    }
}
