import ArgumentParser
import Foundation
import LauncherProtocol

/// `berth env list`.
struct EnvironmentListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Show the environments there are.")

    @OptionGroup var options: EnvironmentOptions

    @Flag(help: "Show those that were removed and can be brought back.")
    var removed = false

    func run() async throws {
        do {
            if removed { return try await listRemoved() }
            let environments = try await options.launcher().call(ListEnvironments(account: options.account()))
            if environments.isEmpty {
                print("There is no environment yet. Make one: berth env create -f environment.yml")
            }
            for environment in environments { print(describe(environment)) }
        } catch { throw fail(error) }
    }

    private func listRemoved() async throws {
        let environments = try await options.launcher().call(ListRemovedEnvironments(account: options.account()))
        if environments.isEmpty { print("Nothing was removed that could be brought back.") }
        for environment in environments {
            let until = Date(timeIntervalSince1970: environment.until).formatted(.iso8601)
            print("\(environment.id)  \(environment.name), until \(until): berth env bring-back \(environment.id)")
        }
    }
}
