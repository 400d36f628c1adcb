import Accounts
import ArgumentParser
import Foundation

/// `berth watch list`: the open proposals, and what is held back.
struct WatchListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Show what is proposed, and what is held back.")

    @OptionGroup var common: CommonOptions

    @Flag(help: "What was decided about, too.")
    var all = false

    func run() async throws {
        do {
            let (accounts, _) = try common.accounts()
            for proposal in try await accounts.proposals(all ? nil : .open) {
                let content = proposal.content
                let subject = content.owner.isEmpty ? content.subject : "\(content.owner)/\(content.subject)"
                let notes = [all ? proposal.state.rawValue : nil, content.solves ? nil : "does not solve"].compactMap { $0 }
                print(
                    "\(proposal.id)  \(subject)  \(content.steps.joined(separator: ", "))"
                        + (notes.isEmpty ? "" : "  (\(notes.joined(separator: ", ")))"))
                for remark in content.remarks { print("    \(remark)") }
            }
            for hold in try await accounts.holds() {
                let whose = hold.account.isEmpty ? "for everybody" : "for \(hold.account)"
                print("hold \(hold.id)  \(hold.package) \(hold.versions)  \(whose)" + (hold.reason.isEmpty ? "" : "  \(hold.reason)"))
            }
        } catch { throw fail(error) }
    }
}
