import ArgumentParser
import Configuration

/// `berth config`: the configuration file.
struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Check the configuration.", subcommands: [Check.self])

    /// `berth config check`: names every mistake with line and column, or shows what is in force.
    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: "Name every mistake with line and column, or show what is in force.")

        @OptionGroup var common: CommonOptions

        func run() async throws {
            print(try common.load().inForce)
        }
    }
}
