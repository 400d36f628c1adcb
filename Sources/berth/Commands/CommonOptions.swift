import ArgumentParser
import Configuration
import Foundation
import Logging

/// What every subcommand takes.
struct CommonOptions: ParsableArguments {
    @Option(name: .customLong("config"), help: "The configuration file.")
    var path = "/etc/berth/berth.yaml"

    /// The configuration; one that is wrong ends the command with every mistake named.
    func load() throws -> BerthConfiguration {
        do throws(ConfigurationError) {
            return try BerthConfiguration.load(path: path)
        } catch {
            FileHandle.standardError.write(Data("\(error)\n".utf8))
            throw ExitCode(78)  // EX_CONFIG, sysexits.h
        }
    }

    /// The same, with logging set up as the file says. For commands that serve.
    func loadForService() throws -> BerthConfiguration {
        let configuration = try load()
        LoggingSystem.bootstrap(configuration.log)
        return configuration
    }
}

/// Tells the person at the command line what went wrong, and ends with status 1.
func fail(_ error: any Error) -> any Error {
    if error is ExitCode || error is CleanExit { return error }
    FileHandle.standardError.write(Data("berth: \(error)\n".printable.utf8))
    return ExitCode.failure
}
