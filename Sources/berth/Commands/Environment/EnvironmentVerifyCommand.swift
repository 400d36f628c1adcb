import ArgumentParser
import LauncherProtocol

/// `berth env verify NAME`: whether its build is still what was built.
struct EnvironmentVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Look for changed, missing and added files in an environment's build.",
        discussion:
            "Ends with 0 where there are none, and with 1 otherwise. With --repair, a build that has any is made anew from its lock.")

    @OptionGroup var options: EnvironmentOptions

    @Argument(help: "NAME, or OWNER/NAME of somebody else's.")
    var name: String

    @Flag(help: "Make the build anew where it is not as it was built. No server may run from it.")
    var repair = false

    func run() async throws {
        do {
            if repair {
                let progress = TerminalProgress()
                _ = try await options.launcher().call(RepairEnvironment(account: options.account(), environment: name)) { step in
                    progress.show(step)
                }
                progress.end()
            }
            let found = try await options.launcher().call(VerifyEnvironment(account: options.account(), environment: name))
            for difference in found.differences { print("\(difference.kind.rawValue): \(difference.path)") }
            guard found.differences.isEmpty else {
                print("\(name): \(found.differences.count) differences in \(found.files) files of build \(found.build)")
                print("“berth env verify \(name) --repair” makes the build anew from its lock; stop its servers before.")
                throw ExitCode(1)
            }
            print("\(name): all \(found.files) files are as they were built")
        } catch { throw fail(error) }
    }
}
