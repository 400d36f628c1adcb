import ArgumentParser
import LauncherProtocol

/// `berth env verify NAME`: whether its build is still what was built.
struct EnvironmentVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Look for changed, missing and added files in an environment's build.",
        discussion:
            "Ends with 0 where there are none, and with 1 otherwise. With --repair, a build that has any is made anew from its lock.")

    @OptionGroup var options: EnvironmentOptions

    @Argument(help: "NAME or OWNER/NAME, and @VERSION for an older version.")
    var environment: EnvironmentReference

    @Flag(help: "Make the build anew where it is not as it was built. No server may run from it.")
    var repair = false

    func run() async throws {
        do {
            let launcher = try options.launcher(), account = try options.account()
            let (name, version) = environment.parts, reference = version.map { "\(name)@\($0)" } ?? name
            let progress = TerminalProgress()
            if repair {
                _ = try await launcher.build(RepairEnvironment(account: account, environment: name, version: version), progress)
            }
            let found = try await launcher.call(VerifyEnvironment(account: account, environment: name, version: version)) {
                progress.show($0)
            }
            progress.end()
            for difference in found.differences { print("\(difference.kind.rawValue): \(difference.path)") }
            guard found.differences.isEmpty else {
                print("\(reference): \(found.differences.count) differences in \(found.files) files of build \(found.build)")
                print("“berth env verify \(reference) --repair” makes the build anew from its lock; stop its servers before.")
                throw ExitCode(1)
            }
            print("\(reference): all \(found.files) files are as they were built")
        } catch { throw fail(error) }
    }
}
