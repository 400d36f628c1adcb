import ArgumentParser
import Foundation
import LauncherProtocol

/// `berth env gc`: removes what nothing needs any more. For root.
struct EnvironmentCollectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gc", abstract: "Remove builds and packages that no environment and no server needs. For root.")

    @OptionGroup var options: EnvironmentOptions

    @Flag(help: "Only tell what would go.")
    var dryRun = false

    func run() async throws {
        do {
            let outcome = try await options.launcher().call(CollectGarbage(account: options.account(), dryRun: dryRun))
            let verb = dryRun ? "would go" : "removed"
            for build in outcome.builds { print("build \(build) \(verb)") }
            for environment in outcome.environments { print("removed environment \(environment) \(verb)") }
            for package in outcome.packages { print("package \(package) \(verb)") }
            for wheel in outcome.wheels { print("wheel \(wheel) \(verb)") }
            if outcome.layers > 0 {
                print("\(outcome.layers) personal layers over what no history has (\(size(outcome.layerBytes))) \(verb)")
            }
            print(
                "\(size(outcome.freed)) \(dryRun ? "would come free" : "freed"); the store keeps \(size(outcome.kept)), its disk has \(size(outcome.free)) free"
            )
        } catch { throw fail(error) }
    }

    private func size(_ bytes: Int) -> String { ByteCountFormatter.string(fromByteCount: Int64(bytes), countStyle: .file) }
}
