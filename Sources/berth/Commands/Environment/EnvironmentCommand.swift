import ArgumentParser
import Configuration
import Foundation
import LauncherProtocol

/// `berth env`: a person's environments, from recipe to build.
struct EnvironmentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "env",
        abstract: "Make, show and remove environments.",
        subcommands: [
            EnvironmentCreateCommand.self, EnvironmentEditCommand.self, EnvironmentListCommand.self, EnvironmentShowCommand.self,
            EnvironmentRemoveCommand.self, EnvironmentBringBackCommand.self,
            EnvironmentHistoryCommand.self, EnvironmentTagCommand.self, EnvironmentRollBackCommand.self, EnvironmentVerifyCommand.self,
            EnvironmentCollectCommand.self, EnvironmentUsageCommand.self,
            EnvironmentShareCommand.self, EnvironmentAssignCommand.self,
            EnvironmentDriftCommand.self, EnvironmentSaveCommand.self, EnvironmentDiscardCommand.self,
            EnvironmentLintCommand.self, EnvironmentCheckCommand.self, EnvironmentBackupCommand.self, EnvironmentAdoptCommand.self,
            EnvironmentImportCommand.self, EnvironmentDiffCommand.self, EnvironmentExplainCommand.self, EnvironmentExportCommand.self,
        ])
}

/// Whose environments, and where the launcher is.
struct EnvironmentOptions: ParsableArguments {
    @OptionGroup var common: CommonOptions

    @Option(name: .customLong("user"), help: "Whose environment; for root. Otherwise your own.")
    var user: String?

    /// The account that is meant: the one named, else the one at the command line.
    func account() throws -> String {
        if let user { return user }
        guard let entry = getpwuid(getuid())?.pointee else {
            throw ValidationError("The account of UID \(getuid()) is unknown on this host; name one with --user.")
        }
        return String(cString: entry.pw_name)
    }

    func launcher() throws -> LauncherClient {
        LauncherClient(path: try common.load().launcherSocket)
    }
}
