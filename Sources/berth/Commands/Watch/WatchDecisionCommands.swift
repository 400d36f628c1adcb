import Accounts
import ArgumentParser
import Configuration
import LauncherProtocol

/// `berth watch accept ID`: builds what is proposed, as the environment's next version.
struct WatchAcceptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept", abstract: "Build what is proposed, as the environment's next version.")

    @OptionGroup var common: CommonOptions

    @Argument(help: "The proposal's number.")
    var proposal: Int

    func run() async throws {
        do {
            let (accounts, configuration) = try common.accounts()
            let content = try await accounts.openProposal(proposal).content
            if content.kind == .movedImage { return try await fetch(content, accounts, configuration) }
            guard content.kind == .packages, content.solves else {
                throw WatchCommandError(
                    description: content.kind == .image
                        ? "An image is changed in berth.yaml: write the tag \(content.base) at the profile's “image”, and restart Berth."
                        : "These versions don't fit together, so there is nothing to build.")
            }
            let launcher = LauncherClient(path: configuration.launcherSocket)
            let current = try await launcher.call(InspectEnvironment(account: content.owner, environment: content.subject))
            guard current.version.id == content.base else {
                try await accounts.supersedeProposals(.packages, owner: content.owner, subject: content.subject)
                throw WatchCommandError(
                    description: "“\(content.subject)” has changed since this was proposed. The next look upstream makes a new proposal.")
            }
            guard try await accounts.decide(proposal, .accepted, by: "root") else {
                throw WatchCommandError(description: "Somebody decided about proposal \(proposal) just now.")
            }
            do {
                let progress = TerminalProgress()
                let summary = try await launcher.call(
                    CreateEnvironment(
                        account: content.owner, environment: content.subject, recipe: content.recipe, base: content.base)
                ) { progress.show($0) }
                progress.end()
                await configuration.note(UpstreamDecision(.accepted, content))
                print("\(content.owner)/\(summary.name): \(content.steps.joined(separator: ", "))")
                if summary.layers.earlier > 0 { print("  note: \(earlierLayers(of: summary.name))") }
            } catch {
                try await accounts.reopenProposal(proposal)
                throw error
            }
        } catch { throw fail(error) }
    }

    /// An image whose tag was pushed again.
    private func fetch(_ content: Proposal.Content, _ accounts: Accounts, _ configuration: BerthConfiguration) async throws {
        _ = try await LauncherClient(path: configuration.launcherSocket).call(PullImage(image: content.subject))
        _ = try await accounts.decide(proposal, .accepted, by: "root")
        await configuration.note(UpstreamDecision(.accepted, content))
        print("\(content.subject) is fetched; servers that start from now on run in it.")
    }
}

/// `berth watch dismiss ID`.
struct WatchDismissCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "dismiss", abstract: "Say that what is proposed is not wanted.")

    @OptionGroup var common: CommonOptions

    @Argument(help: "The proposal's number.")
    var proposal: Int

    func run() async throws {
        do {
            let (accounts, configuration) = try common.accounts()
            let content = try await accounts.openProposal(proposal).content
            guard try await accounts.decide(proposal, .dismissed, by: "root") else {
                throw WatchCommandError(description: "Somebody decided about proposal \(proposal) just now.")
            }
            await configuration.note(UpstreamDecision(.dismissed, content))
        } catch { throw fail(error) }
    }
}
