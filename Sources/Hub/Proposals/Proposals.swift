import Accounts
import Audit
import Environments
import Foundation
import Hummingbird
import LauncherProtocol

/// What is newer upstream, as somebody sees it: the pages and the API do the same with it.
struct Proposals {
    let hub: HubServices

    /// A proposal, and the environment as the person names it.
    struct Seen {
        let proposal: Proposal
        /// `NAME` or `OWNER/NAME`; empty for an image.
        let environment: String
        /// Whether the person has changed something over its current version in their servers.
        var hasLayer = false
    }

    /// What somebody can decide about: for the environments that they may edit and, for administrators, images.
    func seen(by account: String, isAdministrator: Bool, _ state: Proposal.State? = .open) async throws -> [Seen] {
        let all = try await hub.accounts.proposals(state)
        return try await seen(all, by: account, isAdministrator: isAdministrator)
    }

    private func seen(_ proposals: [Proposal], by account: String, isAdministrator: Bool) async throws -> [Seen] {
        let isAboutEnvironments = proposals.contains { $0.content.kind == .packages }
        let environments = isAboutEnvironments ? try await hub.launcher.call(ListEnvironments(account: account)) : []
        return Self.seen(proposals, among: environments, of: account, isAdministrator: isAdministrator)
    }

    /// The open ones, for somebody whose environments are known already.
    func open(among environments: [EnvironmentSummary], of account: String, isAdministrator: Bool) async throws -> [Seen] {
        Self.seen(try await hub.accounts.proposals(), among: environments, of: account, isAdministrator: isAdministrator)
    }

    private static func seen(
        _ proposals: [Proposal], among environments: [EnvironmentSummary], of account: String, isAdministrator: Bool
    ) -> [Seen] {
        // How the person names each environment, by owner and name.
        let known = Dictionary(
            environments.filter { $0.right >= .edit }.map { (EnvironmentView.fullName($0.name, of: account), $0) }
        ) { first, _ in first }
        return proposals.compactMap { proposal in
            switch proposal.content.kind {
            case .image, .movedImage: isAdministrator ? Seen(proposal: proposal, environment: "") : nil
            case .packages:
                known["\(proposal.content.owner)/\(proposal.content.subject)"].map {
                    Seen(proposal: proposal, environment: $0.name, hasLayer: $0.layers.hasCurrent)
                }
            }
        }
    }

    /// One of them, whatever became of it.
    func one(_ id: String, for account: String, isAdministrator: Bool) async throws -> Seen {
        guard let id = Int(id), let proposal = try await hub.accounts.proposal(id), proposal.state != .moot else { throw HubError.notFound }
        guard let seen = try await seen([proposal], by: account, isAdministrator: isAdministrator).first else { throw HubError.notFound }
        return seen
    }

    /// What accepting a proposal has begun.
    enum Begun {
        case build(Builds.Build)
        /// The image of this name is being fetched.
        case pull(String)
    }

    /// Builds what is proposed, or fetches it. Where that fails, the proposal is open again.
    func accept(_ seen: Seen, by account: String) async throws -> Begun {
        guard seen.proposal.state == .open else { throw Self.decided }
        guard seen.proposal.content.kind != .movedImage else { return .pull(try await fetch(seen.proposal, by: account)) }
        return .build(try await build(seen, by: account))
    }

    private func fetch(_ proposal: Proposal, by account: String) async throws -> String {
        let image = proposal.content.subject
        guard try await hub.accounts.decide(proposal.id, .accepted, by: account) else { throw Self.decided }
        note(.proposalAccept, proposal.content)
        hub.pulls.begin(image)
        let ends = hub.pulls.last(of: image)?.follow()
        Task { [accounts = hub.accounts, logger = hub.logger] in
            guard let ends else { return }
            for await event in ends {
                guard case .failed = event else { continue }
                do { try await accounts.reopenProposal(proposal.id) } catch {
                    logger.error("A proposal could not be opened again: \(error)")
                }
            }
        }
        return image
    }

    private func build(_ seen: Seen, by account: String) async throws -> Builds.Build {
        let (id, content) = (seen.proposal.id, seen.proposal.content)
        guard content.kind == .packages else {
            throw HubError(.conflict, "An image is changed in berth.yaml: write the new tag at the profile's “image”, and restart Berth.")
        }
        guard content.solves else {
            throw HubError(.conflict, "These versions don't fit together, so there is nothing to build. Edit the recipe by hand.")
        }
        let current = try await hub.launcher.call(InspectEnvironment(account: account, environment: seen.environment))
        guard current.version.id == content.base else {
            try await hub.accounts.supersedeProposals(.packages, owner: content.owner, subject: content.subject)
            throw HubError(
                .conflict, "“\(seen.environment)” has changed since this was proposed. The next look upstream makes a new proposal.")
        }
        guard try await hub.accounts.decide(id, .accepted, by: account) else { throw Self.decided }
        let build: Builds.Build
        do {
            build = try hub.builds.begin(
                account: account, name: seen.environment,
                CreateEnvironment(account: account, environment: seen.environment, recipe: content.recipe, base: content.base))
        } catch {
            try await hub.accounts.reopenProposal(id)
            throw error
        }
        note(.proposalAccept, content)
        Task { [accounts = hub.accounts, logger = hub.logger] in
            for await event in build.events.follow() {
                guard case .failed = event else { continue }
                do { try await accounts.reopenProposal(id) } catch { logger.error("A proposal could not be opened again: \(error)") }
            }
        }
        return build
    }

    /// Says that it is not wanted.
    func dismiss(_ seen: Seen, by account: String) async throws {
        guard try await hub.accounts.decide(seen.proposal.id, .dismissed, by: account) else { throw Self.decided }
        note(.proposalDismiss, seen.proposal.content)
    }

    /// The holds that count for somebody: their own, and everybody's.
    func holds(of account: String) async throws -> [Hold] {
        try await hub.accounts.holds().filter { $0.account.isEmpty || $0.account == account }
    }

    /// What somebody wants to keep out.
    struct Wish {
        var package: String
        var versions: String
        var reason: String
        var forEverybody: Bool
    }

    /// Keeps versions out: of one's own environments or, by an administrator, of everybody's.
    func hold(_ wish: Wish, by account: String, isAdministrator: Bool) async throws -> Hold {
        let package = wish.package.trimmingCharacters(in: .whitespaces)
        guard HeldVersion(package: package, versions: wish.versions) != nil, package.utf8.count <= 200, wish.versions.utf8.count <= 200,
            package.utf8.allSatisfy({ $0 > 32 && $0 < 127 })
        else { throw HubError(.badRequest, "Say which versions of which package: 2.3.0, or >=2.3,<2.4, or * for every newer one.") }
        guard !wish.forEverybody || isAdministrator else {
            throw HubError(.forbidden, "Only administrators hold a version back for everybody.")
        }
        let hold = try await hub.accounts.hold(
            package, wish.versions.trimmingCharacters(in: .whitespaces), reason: wish.reason, account: wish.forEverybody ? "" : account,
            by: account)
        hub.trail.note(.versionHold, on: "\(hold.package) \(hold.versions)", note: hold.account.isEmpty ? "for everybody" : nil)
        return hold
    }

    /// Lets versions in again.
    func release(_ id: String, by account: String, isAdministrator: Bool) async throws {
        guard let id = Int(id), let hold = try await hub.accounts.holds().first(where: { $0.id == id }),
            hold.account == account || (hold.account.isEmpty && isAdministrator), try await hub.accounts.releaseHold(id)
        else { throw HubError.notFound }
        hub.trail.note(.versionRelease, on: "\(hold.package) \(hold.versions)")
    }

    private func note(_ what: AuditEvent.Kind, _ content: Proposal.Content) {
        hub.trail.note(what, on: content.fullSubject, note: content.steps.joined(separator: ", "))
    }

    private static let decided = HubError(.conflict, "This was decided about already, or something newer has taken its place.")
}
