import Accounts
import ArgumentParser
import Environments
import LauncherProtocol

/// `berth watch hold PACKAGE VERSIONS`: keeps versions out that are known to be broken.
struct WatchHoldCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold", abstract: "Keep versions of a package, or tags of an image, out of what is proposed.")

    @OptionGroup var common: CommonOptions

    @Argument(help: "The package, or the image without its tag.")
    var package: String

    @Argument(help: "2.3.0, or “>=2.3,<2.4”, or “*” for every newer one; of an image, the tag.")
    var versions: String

    @Option(name: .customLong("user"), help: "For this account's environments alone; otherwise for everybody's.")
    var user: String?

    @Option(help: "Why, for those who wonder.")
    var reason = ""

    func validate() throws {
        guard HeldVersion(package: package, versions: versions) != nil else {
            throw ValidationError("“\(versions)” says no versions: write 2.3.0, or >=2.3,<2.4, or *.")
        }
    }

    func run() async throws {
        do {
            let (accounts, configuration) = try common.accounts()
            let hold = try await accounts.hold(package, versions, reason: reason, account: user ?? "", by: "root")
            await configuration.note(
                UpstreamDecision(
                    .held, "\(hold.package) \(hold.versions)", note: hold.account.isEmpty ? "for everybody" : "for \(hold.account)"))
            print("hold \(hold.id)  \(hold.package) \(hold.versions)")
        } catch { throw fail(error) }
    }
}

/// `berth watch release ID`: lets held versions in again.
struct WatchReleaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "release", abstract: "Let versions in again that are held back.")

    @OptionGroup var common: CommonOptions

    @Argument(help: "The hold's number, as “berth watch list” shows it.")
    var hold: Int

    func run() async throws {
        do {
            let (accounts, configuration) = try common.accounts()
            guard let held = try await accounts.holds().first(where: { $0.id == hold }), try await accounts.releaseHold(hold) else {
                throw WatchCommandError(description: "There is no hold \(hold).")
            }
            await configuration.note(UpstreamDecision(.released, "\(held.package) \(held.versions)"))
        } catch { throw fail(error) }
    }
}
