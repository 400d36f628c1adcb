import ArgumentParser
import LauncherProtocol

/// `berth env verify NAME`: whether its build is still what was built.
struct EnvironmentVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Look for changed, missing and added files in an environment's build.",
        discussion: "Ends with 0 where there are none, and with 1 otherwise.")

    @OptionGroup var options: EnvironmentOptions

    @Argument(help: "NAME, or OWNER/NAME of somebody else's.")
    var name: String

    func run() async throws {
        do {
            let found = try await options.launcher().call(VerifyEnvironment(account: options.account(), environment: name))
            for difference in found.differences { print("\(difference.kind.rawValue): \(difference.path)") }
            guard found.differences.isEmpty else {
                print("\(name): \(found.differences.count) differences in \(found.files) files of build \(found.build)")
                throw ExitCode(1)
            }
            print("\(name): all \(found.files) files are as they were built")
        } catch { throw fail(error) }
    }
}
