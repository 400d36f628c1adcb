import ArgumentParser
import Foundation
import LauncherProtocol

/// `berth env usage`.
struct EnvironmentUsageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "usage", abstract: "Show what the environments take on the disk, and how much they may.")

    @OptionGroup var options: EnvironmentOptions

    func run() async throws {
        do {
            let own = try await options.launcher().call(ReadOwnStorage(account: options.account()))
            for environment in own.environments { line(environment.size, environment.name) }
            line(own.layers, "installed in servers")
            line(own.builds + own.layers, "together: files that several have count once")
            if let quota = own.quota { line(quota, "quota") }
        } catch { throw fail(error) }
    }

    private func line(_ bytes: Int, _ what: String) { print(String(format: "%10.1f MiB  ", Double(bytes) / Double(1 << 20)) + what) }
}
