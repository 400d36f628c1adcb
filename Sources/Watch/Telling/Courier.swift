import Accounts
import Configuration
import Curl
import Foundation
import Logging
import TLS

/// Brings proposals to webhooks and by mail, one beside the other. What fails is tried again; a restart loses nothing,
/// because what is still to be told is in the database.
final class Courier: Sendable {
    private let configuration: WatchConfiguration
    private let site: String
    private let accounts: Accounts
    private let logger: Logger
    private let client = Client()
    private let wakes: AsyncStream<Void>
    private let waking: AsyncStream<Void>.Continuation

    private enum Bound {
        /// Deliveries at the same time.
        static let together = 8
        static let timeout = Duration.seconds(30)
    }

    init(configuration: BerthConfiguration, accounts: Accounts, logger: Logger) {
        self.configuration = configuration.watch
        site = configuration.gateway.origin
        self.accounts = accounts
        self.logger = logger
        (wakes, waking) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Puts a proposal on its way; returns at once.
    func tell(_ proposal: Proposal) async throws(AccountsError) {
        let ways = configuration.webhooks.map(Self.way) + (configuration.mail.server == nil ? [] : [Self.byMail])
        guard !ways.isEmpty else { return }
        try await accounts.addDeliveries(of: proposal.id, ways: ways)
        waking.yield()
    }

    /// Delivers whatever is due, until the task is cancelled.
    func run() async {
        while !Task.isCancelled {
            let pause: Double?
            do throws(AccountsError) { pause = try await deliverWhatIsDue() } catch {
                logger.error("What is to be told can't be read", metadata: ["reason": "\(error)"])
                pause = 60
            }
            let timer = pause.map { pause in
                Task { [waking] in
                    try await Task.sleep(for: .seconds(pause))
                    waking.yield()
                }
            }
            for await _ in wakes { break }
            timer?.cancel()
        }
    }

    /// Seconds until something is due again; nil where nothing waits.
    private func deliverWhatIsDue() async throws(AccountsError) -> Double? {
        let now = accounts.now
        let due = try await accounts.deliveries().filter { $0.next <= now }
        for start in stride(from: 0, to: due.count, by: Bound.together) {
            await withTaskGroup { group in
                for delivery in due[start..<min(start + Bound.together, due.count)] { group.addTask { await self.attempt(delivery) } }
            }
        }
        return try await accounts.deliveries().first.map { max(0.1, $0.next - accounts.now) }
    }

    private func attempt(_ delivery: Delivery) async {
        do {
            guard let proposal = try await accounts.proposal(delivery.proposal) else { return try await accounts.endDelivery(delivery.id) }
            let metadata: Logger.Metadata = [
                "proposal": "\(delivery.proposal)", "way": "\(delivery.way)", "attempt": "\(delivery.attempts + 1)",
            ]
            do {
                try await send(proposal, by: delivery.way)
                try await accounts.endDelivery(delivery.id)
                logger.info("Proposal told", metadata: metadata)
            } catch let error where !(error is AccountsError) {
                if Task.isCancelled { return }
                let reason: Logger.Metadata = ["reason": "\(error)"]
                if let pause = Backoff.pause(after: delivery.attempts + 1) {
                    try await accounts.postpone(delivery.id, until: accounts.now + pause)
                    logger.warning("Proposal not told; it is tried again", metadata: metadata.merging(reason) { $1 })
                } else {
                    try await accounts.endDelivery(delivery.id)
                    logger.error("Proposal not told; it is given up", metadata: metadata.merging(reason) { $1 })
                }
            }
        } catch { logger.error("What is to be told can't be noted", metadata: ["reason": "\(error)"]) }
    }

    private func send(_ proposal: Proposal, by way: String) async throws {
        if way == Self.byMail, let server = configuration.mail.server { return try await mail(proposal, server) }
        // A way that is configured no longer leads nowhere.
        guard let webhook = configuration.webhooks.first(where: { Self.way($0) == way }) else { return }
        var request = Request(webhook.url, method: "POST")
        request.headers = [("Content-Type", "application/json"), ("User-Agent", "berth-watch")]
        request.body = try WebhookBody.of(proposal, site: site, form: webhook.form)
        request.timeout = Bound.timeout
        let answer: Response
        // The URL is often a secret, so errors name the way alone.
        do throws(TransferError) { answer = try await client.perform(request, limit: 1 << 20) } catch { throw WatchError(error.reason) }
        guard (200..<300).contains(answer.status) else {
            throw WatchError("It answers with status \(answer.status).", status: answer.status)
        }
    }

    private func mail(_ proposal: Proposal, _ server: String) async throws {
        let settings = configuration.mail
        let text = ProposalText(proposal: proposal, site: site)
        let message = MailMessage(
            from: settings.from, to: settings.to, subject: text.title, text: text.body, date: Date(),
            identifier: "proposal-\(proposal.id)-\(RandomText.identifier())")
        var mail = Mail(server: server, from: settings.from, to: settings.to, message: message.bytes)
        mail.user = settings.user
        mail.password = try settings.password()
        mail.encryption =
            switch settings.encryption {
            case .offered: .offered
            case .required: .required
            case .never: .never
            }
        mail.timeout = Bound.timeout
        try await client.send(mail)
    }

    private static let byMail = "mail"

    /// The same after a restart and a change of the list's order, and no secret.
    private static func way(_ webhook: WebhookConfiguration) -> String {
        "webhook " + Digest(sha256: webhook.url.utf8).description.prefix(12)
    }
}
