import Accounts
import Configuration
import Environments
import LauncherProtocol
import Logging

/// Looks upstream for newer images and packages, and proposes what people can then accept with one click.
///
/// ```swift
/// let watch = Watch(configuration: configuration, accounts: accounts, launcher: launcher, logger: logger)
/// await watch.run()
/// ```
public final class Watch: Sendable {
    private let configuration: BerthConfiguration
    private let accounts: Accounts
    private let launcher: any LauncherCalling
    private let logger: Logger
    private let registry: Registry
    private let channels: Channels
    private let pypi: PyPI
    private let courier: Courier
    private let asked: AsyncStream<Void>
    private let asking: AsyncStream<Void>.Continuation

    public init(configuration: BerthConfiguration, accounts: Accounts, launcher: any LauncherCalling, logger: Logger) {
        self.configuration = configuration
        self.accounts = accounts
        self.launcher = launcher
        self.logger = logger
        let fetcher = Fetcher(logger: logger)
        registry = Registry(fetcher: fetcher, configuration: configuration)
        channels = Channels(fetcher: fetcher)
        courier = Courier(configuration: configuration, accounts: accounts, logger: logger)
        pypi = PyPI(fetcher: fetcher, address: configuration.watch.pypi)
        (asked, asking) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Looks as often as the configuration says, until the task is cancelled. A restart is no reason to look again.
    public func run() async {
        guard configuration.watch.isOn else { return await Self.forever() }
        async let telling: Void = courier.run()
        await lookAgainAndAgain()
        await telling
    }

    private func lookAgainAndAgain() async {
        while !Task.isCancelled {
            await waitForTurn()
            guard !Task.isCancelled else { return }
            await look()
        }
    }

    /// Looks now, or once more where a look is under way.
    public func lookSoon() { asking.yield() }

    private static func forever() async {
        while !Task.isCancelled { try? await Task.sleep(for: .seconds(86_400)) }
    }

    private func waitForTurn() async {
        let last = try? await accounts.lastLook(for: Self.look)
        let left = last.flatMap { $0 }.map { $0 + configuration.watch.interval - accounts.now } ?? 0
        guard left > 0 else { return }
        let timer = Task { [asking] in
            try await Task.sleep(for: .seconds(min(left, configuration.watch.interval)))
            asking.yield()
        }
        for await _ in asked { break }
        timer.cancel()
    }

    private static let look = "upstream"

    /// One look at everything.
    func look() async {
        do {
            try await accounts.noteLook(for: Self.look)
            let held = try await accounts.holds()
            if configuration.watch.images {
                try await lookForImages(held)
                try await lookForMovedTags()
            }
            if configuration.watch.packages { try await lookForPackages(held) }
            logger.info("Looked upstream")
        } catch {
            logger.error("The look upstream ended early", metadata: ["reason": "\(error)"])
        }
    }

    private func lookForImages(_ held: [Hold]) async throws(AccountsError) {
        let images = Set(configuration.profiles.map(\.image))
        try await forget(.image) { !images.contains($0.subject) }
        for text in images.sorted() {
            guard let image = ImageName(text), let tag = image.tag else { continue }
            let tags: [String]
            do throws(WatchError) { tags = try await registry.tags(of: image) } catch {
                logger.warning("The tags of an image can't be read", metadata: ["image": "\(text)", "reason": "\(error)"])
                continue
            }
            let unwanted = held.filter(\.account.isEmpty).compactMap { HeldVersion(package: $0.package, versions: $0.versions) }
            let newest = ImageTag(tag).newest(of: tags) { tag in unwanted.contains { $0.holds(image.name, tag) } }
            guard let newest else {
                try await accounts.supersedeProposals(.image, owner: "", subject: text)
                continue
            }
            let content = Proposal.Content(
                kind: .image, owner: "", subject: text, base: newest.text, steps: ["\(image.name) \(tag) → \(newest.text)"])
            try await propose(content, fingerprint: "image\n\(text)\n\(newest.text)")
        }
    }

    /// Tags that were pushed again: what this host has under such a name is no longer what the registry has.
    private func lookForMovedTags() async throws(AccountsError) {
        let here: [String: String]
        do throws(LauncherError) {
            let images = try await launcher.call(ListImages()).filter { !$0.profiles.isEmpty }
            here = Dictionary(images.compactMap { image in image.present?.digest.map { (image.name, $0) } }) { first, _ in first }
        } catch {
            logger.warning("The images of this host can't be read", metadata: ["reason": "\(error.message)"])
            return
        }
        try await forget(.movedImage) { here[$0.subject] == nil }
        for (text, digest) in here.sorted(by: { $0.key < $1.key }) {
            guard let image = ImageName(text), let tag = image.tag else { continue }
            let there: String
            do throws(WatchError) { there = try await registry.digest(of: image, tag: tag) } catch {
                logger.warning("What a tag names can't be read", metadata: ["image": "\(text)", "reason": "\(error)"])
                continue
            }
            guard there != digest else {
                try await accounts.supersedeProposals(.movedImage, owner: "", subject: text)
                continue
            }
            let content = Proposal.Content(
                kind: .movedImage, owner: "", subject: text, base: there, steps: ["\(text) \(digest.short) → \(there.short)"])
            try await propose(content, fingerprint: "moved image\n\(text)\n\(there)")
        }
    }

    private func lookForPackages(_ holds: [Hold]) async throws {
        var unread: Set<String> = []
        let environments = try await WatchedEnvironment.all(of: accounts, by: launcher) { whose, reason in
            unread.insert(whose)
            logger.info("Environments are not watched", metadata: ["whose": "\(whose)", "reason": "\(reason)"])
        }
        let there = Set(environments.map { "\($0.owner)/\($0.name)" }).union(unread)
        try await forget(.packages) { !there.contains("\($0.owner)/\($0.subject)") && !unread.contains($0.owner) }
        let offers = await PackageOffers(environments, WatchedChannels(configuration), channels, pypi, logger: logger)
        for environment in environments {
            let held = holds.filter { $0.account.isEmpty || $0.account == environment.owner }
                .compactMap { HeldVersion(package: $0.package, versions: $0.versions) }
            guard let (conda, pip) = offers.versions(for: environment) else { continue }
            let steps = RecipeUpgrade(of: environment.recipe, lock: environment.lock, conda: conda, pip: pip, held: held).steps
            let fingerprint = PackageProposer.fingerprint(environment, steps)
            try await accounts.supersedeProposals(
                .packages, owner: environment.owner, subject: environment.name, except: steps.isEmpty ? nil : fingerprint)
            guard !steps.isEmpty, try await !accounts.knowsProposal(fingerprint) else { continue }
            let proposed: (content: Proposal.Content, isNews: Bool)
            do throws(LauncherError) {
                proposed = try await PackageProposer(launcher: launcher).proposal(for: environment, steps, held: held)
            } catch {
                logger.warning(
                    "Newer packages could not be tried",
                    metadata: ["environment": "\(environment.owner)/\(environment.name)", "reason": "\(error.message)"])
                continue
            }
            try await propose(proposed.content, fingerprint: fingerprint, isNews: proposed.isNews)
        }
    }

    /// Takes proposals back whose subject is no longer there.
    private func forget(_ kind: Proposal.Kind, where isGone: (Proposal.Content) -> Bool) async throws(AccountsError) {
        for content in try await accounts.proposals().map(\.content) where content.kind == kind && isGone(content) {
            try await accounts.supersedeProposals(kind, owner: content.owner, subject: content.subject)
        }
    }

    private func propose(_ content: Proposal.Content, fingerprint: String, isNews: Bool = true) async throws(AccountsError) {
        guard let proposal = try await accounts.propose(content, fingerprint: fingerprint, state: isNews ? .open : .moot), isNews else {
            return
        }
        logger.info(
            "Proposal",
            metadata: ["id": "\(proposal.id)", "subject": "\(content.subject)", "steps": "\(content.steps.joined(separator: ", "))"])
        try await courier.tell(proposal)
    }
}

extension String {
    /// The beginning of a digest, for people: `sha256:0123456789ab`.
    fileprivate var short: String { String(prefix((firstIndex(of: ":").map { distance(from: startIndex, to: $0) + 1 } ?? 0) + 12)) }
}
