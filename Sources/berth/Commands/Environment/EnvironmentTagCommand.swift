import ArgumentParser
import LauncherProtocol

/// `berth env tag NAME TAG`: names a version as a release.
struct EnvironmentTagCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tag", abstract: "Give a version of an environment a name that stays with it.",
        discussion: "Wherever a version is asked for, its name will do: berth env rollback lab paper-2026")

    @OptionGroup var options: EnvironmentOptions

    @Argument(help: "The environment's name.")
    var name: String

    @Argument(help: "What to call the version.")
    var tag: String

    @Option(help: "The version, by the beginning of its identity; the current one where none is given.")
    var version: String?

    @Flag(help: "Take the name away.")
    var remove = false

    func run() async throws {
        do {
            let versions = try await options.launcher().call(
                TagEnvironment(account: options.account(), environment: name, tag: tag, version: version, isTakenAway: remove))
            for version in versions where !version.tags.isEmpty {
                print("\(version.id.prefix(12))  \(version.tags.joined(separator: ", "))")
            }
        } catch { throw fail(error) }
    }
}
