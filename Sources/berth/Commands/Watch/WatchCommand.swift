import Accounts
import ArgumentParser
import Configuration
import Foundation
import LauncherProtocol

/// `berth watch`: what is newer upstream. For root on this host; people have the page “Updates” and the API.
struct WatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "See, accept and dismiss what is proposed from upstream, and hold versions back.",
        discussion: "For root. People decide about their own environments on the page “Updates”, or by the API.",
        subcommands: [
            WatchListCommand.self, WatchLookCommand.self, WatchAcceptCommand.self, WatchDismissCommand.self, WatchHoldCommand.self,
            WatchReleaseCommand.self,
        ])
}

extension CommonOptions {
    /// The gateway's database, for the commands that read it themselves.
    func accounts() throws -> (accounts: Accounts, configuration: BerthConfiguration) {
        let configuration = try load()
        // Whoever opens it first owns it, and that must be the gateway.
        guard FileManager.default.fileExists(atPath: configuration.database) else {
            throw ValidationError(
                "There is no database at \(configuration.database): the gateway has not run yet, or this account may not look.")
        }
        let session = configuration.gateway.session
        let accounts = try Accounts(
            path: configuration.database, limits: SessionLimits(idle: session.idle, absolute: session.absolute))
        return (accounts, configuration)
    }
}

extension BerthConfiguration {
    /// Has a decision that was made in the database noted in the audit log, which is the gateway's.
    func note(_ decision: UpstreamDecision) async {
        do throws(LauncherError) { _ = try await LauncherClient(path: launcherSocket).call(TellUpstreamDecision(decision)) } catch {
            FileHandle.standardError.write(Data("berth: It is done, but not in the audit log: \(error.message)\n".utf8))
        }
    }
}

extension UpstreamDecision {
    init(_ kind: Kind, _ content: Proposal.Content) {
        self.init(kind, content.fullSubject, note: content.steps.joined(separator: ", "))
    }
}

/// Somebody named a proposal that can't be decided about.
struct WatchCommandError: Error, CustomStringConvertible {
    let description: String
}

extension Accounts {
    /// An open proposal.
    func openProposal(_ id: Int) async throws -> Proposal {
        guard let proposal = try await proposal(id), proposal.state != .moot else {
            throw WatchCommandError(description: "There is no proposal \(id). “berth watch list” shows those that are open.")
        }
        guard proposal.state == .open else {
            throw WatchCommandError(
                description: "Proposal \(id) is \(proposal.state.rawValue)\(proposal.decidedBy.map { " by \($0)" } ?? "").")
        }
        return proposal
    }
}
