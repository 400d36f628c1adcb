import ArgumentParser
import LauncherProtocol

/// `berth env share NAME [--with WHO --as RIGHT | --revoke WHO]`.
struct EnvironmentShareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "share", abstract: "Share an environment with people and groups of this host, or show with whom it is.",
        discussion: """
            use: start servers with it; edit: make new versions, too; admin: share and remove it, too.
            Others name it OWNER/NAME.
            """)

    @OptionGroup var options: EnvironmentOptions

    @Argument(help: "The environment's name.")
    var name: String

    @Option(name: .customLong("with"), help: "An account, or @GROUP.")
    var receiver: String?

    @Option(name: .customLong("as"), help: "The right: use, edit or admin.")
    var right = EnvironmentRight.use

    @Option(help: "An account or @GROUP to take the share back from.")
    var revoke: String?

    func run() async throws {
        do {
            let launcher = try options.launcher(), account = try options.account()
            var grants: [EnvironmentGrant]
            if let receiver {
                grants = try await launcher.call(ShareEnvironment(account: account, environment: name, to: receiver, right: right))
            } else {
                grants = try await launcher.call(ListGrants(account: account, environment: name))
            }
            if let revoke {
                grants = try await launcher.call(ShareEnvironment(account: account, environment: name, to: revoke, right: nil))
            }
            for grant in grants { print("\(grant.right.rawValue)\t\(grant.to)") }
        } catch { throw fail(error) }
    }
}

extension EnvironmentRight: ExpressibleByArgument {}
