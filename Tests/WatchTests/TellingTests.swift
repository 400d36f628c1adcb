import Accounts
import Configuration
import Foundation
import Logging
import Testing

@testable import Watch

/// Proposals in words, and their ways out.
@Suite struct TellingTests {
    private let content = Proposal.Content(
        kind: .packages, owner: "alice", subject: "work", base: "a", steps: ["numpy 2.1 → 2.3", "six 1 → 2", "a 1 → 2", "b 1 → 2"],
        recipe: "dependencies: [numpy]\n", lock: "{}",
        changes: [.init(name: "openblas", direction: "up", before: "1", after: "2", isAsked: false)], remarks: ["python <3.13> & more."])

    private func proposal(_ accounts: Accounts, _ content: Proposal.Content) async throws -> Proposal {
        try #require(try await accounts.propose(content, fingerprint: UUID().uuidString))
    }

    private func accounts() throws -> Accounts {
        let path = FileManager.default.temporaryDirectory.appending(path: "telling-\(UUID().uuidString).sqlite").path
        return try Accounts(path: path, limits: SessionLimits(idle: 1, absolute: 1))
    }

    @Test func wordsSayWhatAndWhere() async throws {
        let made = try await proposal(try accounts(), content)
        let text = ProposalText(proposal: made, site: "https://hub.example.org")
        #expect(text.title == "Newer packages for alice/work: numpy 2.1 → 2.3, six 1 → 2, a 1 → 2 and 1 more")
        #expect(text.body.contains("* b 1 → 2\n") && text.body.contains("1 package that nobody asked for"))
        #expect(text.body.hasSuffix("https://hub.example.org/hub/updates#proposal-\(made.id)\n"))
        let image = Proposal.Content(kind: .image, owner: "", subject: "lab/image:1.0", base: "1.1", steps: ["lab/image 1.0 → 1.1"])
        let words = ProposalText(proposal: try await proposal(try accounts(), image), site: "s").body
        #expect(words.contains("write “image: lab/image:1.1” in berth.yaml"))
    }

    @Test func bodiesAreGenericOrSlacks() async throws {
        let made = try await proposal(try accounts(), content)
        func object(_ form: WebhookConfiguration.Form) throws -> [String: Any] {
            let bytes = try WebhookBody.of(made, site: "https://s", form: form)
            return try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        }
        let slack = try object(.slack)
        #expect(slack.count == 1 && (slack["text"] as? String)?.contains("python &lt;3.13&gt; &amp; more.") == true)
        let generic = try object(.json)
        #expect(generic["event"] as? String == "proposal" && generic["url"] as? String == "https://s/hub/updates#proposal-\(made.id)")
        let inner = try #require(generic["proposal"] as? [String: Any])
        #expect(inner["subject"] as? String == "work" && inner["solves"] as? Bool == true && (inner["changes"] as? [Any])?.count == 1)
    }

    @Test func messagesAreASCIIAndLinesAreShort() throws {
        let message = MailMessage(
            from: "berth@example.org", to: ["a@example.org", "b@example.org"],
            subject: "Newer → " + String(repeating: "漢字", count: 30) + "\r\nBcc: x@y",
            text: "Line → one\n" + String(repeating: "x", count: 200),
            date: Date(timeIntervalSince1970: 784_111_777), identifier: "1")
        let text = String(decoding: message.bytes, as: UTF8.self)
        #expect(text.utf8.allSatisfy { $0 < 128 })
        let lines = text.replacing("\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.allSatisfy { $0.utf8.count <= 78 })
        #expect(lines.contains("Date: Sun, 06 Nov 1994 08:49:37 +0000") && lines.contains("Message-ID: <1@example.org>"))
        #expect(!lines.contains { $0.hasPrefix("Bcc") })
        #expect(!text.replacing("\r\n", with: "").contains("\n"))
    }

    @Test func pausesGrowAndEnd() {
        let pauses = (1...Backoff.attempts).map { Backoff.pause(after: $0) }
        #expect(pauses.first == 30 && pauses[1] == 90 && pauses.last == .some(nil))
        #expect(pauses.compactMap { $0 } == pauses.compactMap { $0 }.sorted())
        #expect(pauses.compactMap { $0 }.reduce(0, +) < 3 * 86_400)
    }

    /// The receiver refuses the first time.
    @Test func aWebhookThatFailsIsTriedAgainAndTheOtherIsNotHeldUp() async throws {
        let receiver = try Upstream()
        try receiver.write(#"{"/refuses": [{"status": 500}], "/takes": [{"status": 204}]}"#, to: "rules.json")
        let accounts = try accounts()
        var configuration = BerthConfiguration()
        configuration.watch.webhooks = ["/refuses", "/takes"].map { path in
            var webhook = WebhookConfiguration()
            webhook.url = receiver.address + path
            return webhook
        }
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let courier = Courier(configuration: configuration, accounts: accounts, logger: logger)
        let running = Task { await courier.run() }
        try await courier.tell(try await proposal(accounts, content))
        while try await accounts.deliveries().map(\.attempts) != [1] { await Task.yield() }
        #expect(Set(receiver.log) == ["POST /refuses 500", "POST /takes 204"])
        let waiting = try #require(try await accounts.deliveries().first)
        #expect(waiting.next > accounts.now + 20)
        #expect(try String(contentsOf: receiver.directory.appending(path: "bodies/takes"), encoding: .utf8).contains("numpy 2.1"))
        running.cancel()
        await running.value
    }
}
