import ArgumentParser
import Foundation
import LauncherProtocol

/// `berth env history NAME`: its versions, newest first.
struct EnvironmentHistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Show an environment's versions, newest first.")

    @OptionGroup var options: EnvironmentOptions

    @Argument(help: "NAME, or OWNER/NAME of somebody else's.")
    var name: String

    func run() async throws {
        do {
            let versions = try await options.launcher().call(
                ListEnvironmentVersions(account: options.account(), environment: name))
            for (index, version) in versions.enumerated() {
                let time = Date(timeIntervalSince1970: version.time).formatted(.iso8601)
                let notes = version.tags + [index == 0 ? "current" : nil, version.isBuilt ? nil : "not built"].compactMap { $0 }
                let note = notes.isEmpty ? "" : " (\(notes.joined(separator: ", ")))"
                print("\(version.id.prefix(12))  \(time)  \(version.author)  \(version.message)\(note)".printable)
            }
        } catch { throw fail(error) }
    }
}
