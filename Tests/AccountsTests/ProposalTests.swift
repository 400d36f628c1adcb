import Foundation
import Testing
@testable import Accounts

/// What is newer upstream, and what people decided about it.
@Suite struct ProposalTests {
    let fixture = Fixture()

    private func content(_ subject: String = "work", steps: [String] = ["numpy 2.1 → 2.3"], solves: Bool = true) -> Proposal.Content {
        Proposal.Content(
            kind: .packages, owner: "alice", subject: subject, base: "aaaa", steps: steps, recipe: "dependencies: [numpy]\n", lock: "{}\n",
            changes: [.init(name: "numpy", direction: "up", before: "2.1", after: "2.3", isAsked: true)], solves: solves,
            remarks: ["It is new."])
    }

    @Test func itIsMadeOnceAndSurvivesARestart() async throws {
        let accounts = try fixture.open()
        let made = try #require(try await accounts.propose(content(), fingerprint: "f"))
        #expect(try await accounts.propose(content(), fingerprint: "f") == nil)
        #expect(try await accounts.knowsProposal("f"))
        #expect(try await !accounts.knowsProposal("g"))
        let again = try fixture.open()
        #expect(try await again.proposal(made.id) == made)
        #expect(try await again.proposals().map(\.id) == [made.id])
        #expect(made.content == content() && made.made == fixture.clock.now && made.state == .open)
    }

    @Test func aNewerOneTakesItsPlaceAndItCanComeBack() async throws {
        let accounts = try fixture.open()
        let first = try #require(try await accounts.propose(content(), fingerprint: "1"))
        let other = try #require(try await accounts.propose(content("other"), fingerprint: "2"))
        let second = try #require(try await accounts.propose(content(steps: ["numpy 2.1 → 2.4"]), fingerprint: "3"))
        #expect(try await accounts.proposals().map(\.id) == [second.id, other.id])
        #expect(try await accounts.proposal(first.id)?.state == .superseded)
        try await accounts.supersedeProposals(.packages, owner: "alice", subject: "other", except: "2")
        #expect(try await accounts.proposals().map(\.id) == [second.id, other.id])
        try await accounts.supersedeProposals(.packages, owner: "alice", subject: "work")
        #expect(try await accounts.proposals().map(\.id) == [other.id])
        #expect(try await accounts.propose(content(), fingerprint: "1")?.state == .open)
    }

    @Test func itIsDecidedOnceAndOpenAgainWhereTheBuildFails() async throws {
        let accounts = try fixture.open()
        let made = try #require(try await accounts.propose(content(), fingerprint: "1"))
        #expect(try await accounts.decide(made.id, .accepted, by: "alice"))
        #expect(try await !accounts.decide(made.id, .dismissed, by: "bob"))
        let decided = try #require(try await accounts.proposal(made.id))
        #expect(decided.state == .accepted && decided.decidedBy == "alice" && decided.decided == fixture.clock.now)
        try await accounts.reopenProposal(made.id)
        #expect(try await accounts.proposal(made.id) == made)
        #expect(try await accounts.decide(made.id, .accepted, by: "alice"))
        _ = try await accounts.propose(content(steps: ["numpy 2.1 → 2.4"]), fingerprint: "2")
        try await accounts.reopenProposal(made.id)
        #expect(try await accounts.proposals().count == 1, "there is a newer one")
        #expect(try await accounts.propose(content(), fingerprint: "1") == nil)
    }

    @Test func whatCouldNotBeHadIsTriedAgainAfterAWeek() async throws {
        let accounts = try fixture.open()
        _ = try await accounts.propose(content(solves: false), fingerprint: "1")
        _ = try await accounts.propose(content("other"), fingerprint: "2", state: .moot)
        #expect(try await accounts.proposals().count == 1)
        #expect(try await accounts.proposals(nil).count == 1, "what is about nothing is not shown")
        for fingerprint in ["1", "2"] { #expect(try await accounts.knowsProposal(fingerprint)) }
        fixture.clock.advance(7 * 86_400 + 1)
        for fingerprint in ["1", "2"] { #expect(try await !accounts.knowsProposal(fingerprint)) }
        #expect(try await accounts.propose(content("other"), fingerprint: "2")?.state == .open)
    }

    @Test func holdsAreKeptAndReleased() async throws {
        let accounts = try fixture.open()
        let hold = try await accounts.hold("numpy", ">=2.3,<2.4", reason: "crashes", account: "", by: "root")
        #expect(try await fixture.open().holds() == [hold])
        #expect(try await accounts.releaseHold(hold.id))
        #expect(try await !accounts.releaseHold(hold.id))
    }

    @Test func deliveriesWaitTheirTurn() async throws {
        let accounts = try fixture.open()
        let made = try #require(try await accounts.propose(content(), fingerprint: "1"))
        try await accounts.addDeliveries(of: made.id, ways: ["mail", "webhook"])
        let (mail, hook) = (try await accounts.deliveries()[0], try await accounts.deliveries()[1])
        #expect(mail.way == "mail" && mail.attempts == 0 && mail.next == fixture.clock.now)
        try await accounts.postpone(mail.id, until: fixture.clock.now + 30)
        #expect(try await fixture.open().deliveries().map(\.way) == ["webhook", "mail"])
        #expect(try await accounts.deliveries().last?.attempts == 1)
        try await accounts.endDelivery(hook.id)
        #expect(try await accounts.deliveries().map(\.way) == ["mail"])
    }

    @Test func looksAreRemembered() async throws {
        let accounts = try fixture.open()
        #expect(try await accounts.lastLook(for: "x") == nil)
        try await accounts.noteLook(for: "x")
        fixture.clock.advance(5)
        try await accounts.noteLook(for: "x")
        #expect(try await fixture.open().lastLook(for: "x") == fixture.clock.now)
    }
}
