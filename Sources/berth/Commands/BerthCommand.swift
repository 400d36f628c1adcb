import ArgumentParser

/// `berth`: everything is a subcommand.
struct BerthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "berth",
        abstract: "JupyterLab for every member of a lab, in their own container and their own environment.",
        subcommands: [
            RunCommand.self, GatewayCommand.self, LauncherCommand.self, EnvironmentCommand.self, ConfigCommand.self,
            AuditCommand.self, WatchCommand.self, GitHookCommand.self, HomeEnvironmentsCommand.self,
        ])
}
