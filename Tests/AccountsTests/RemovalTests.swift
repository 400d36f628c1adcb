import Testing

@testable import Accounts

/// What is over stays over, also where the disk is full when it ends.
@Suite struct RemovalTests {
    let fixture = Fixture()

    /// From now on the file refuses to forget anything, as a full disk does, or no longer.
    private func refuse(_ refuses: Bool, in accounts: Accounts) async throws {
        try await accounts.database.write("prepare a test") { database in
            for table in ["session", "token"] {
                try database.execute(
                    sql: refuses
                        ? "CREATE TRIGGER full_\(table) BEFORE DELETE ON \(table) BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
                        : "DROP TRIGGER full_\(table)")
            }
        }
    }

    @Test func whatCouldNotBeTakenOutOfTheFileIsTakenOutLater() async throws {
        let accounts = try fixture.open()
        let (cookie, session) = try await accounts.openSession(account: "alice", address: "", userAgent: "", login: nil)
        let (bound, _) = try await accounts.makeToken(account: "alice", note: "", scopes: ["self"], lifetime: nil, session: session.id)
        let (secret, token) = try await accounts.makeToken(account: "alice", note: "", scopes: ["self"], lifetime: nil)
        try await refuse(true, in: accounts)

        // Whoever ends something is told, and it has ended all the same.
        await #expect(throws: AccountsError.self) { try await accounts.endSession(session.id) }
        await #expect(throws: AccountsError.self) { _ = try await accounts.revokeToken(token.id, of: "alice") }
        #expect(accounts.session(secret: cookie) == nil && accounts.token(secret: bound) == nil && accounts.token(secret: secret) == nil)
        await #expect(throws: AccountsError.self) { try await accounts.sweep() }
        #expect(try fixture.open().session(secret: cookie) != nil, "the test's file forgot it all the same")

        try await refuse(false, in: accounts)
        try await accounts.sweep()
        let again = try fixture.open()
        #expect(again.session(secret: cookie) == nil && again.token(secret: bound) == nil && again.token(secret: secret) == nil)
    }

    @Test func anAccountHasSoManyTokensAndNoMore() async throws {
        let accounts = try fixture.open()
        let session = try await accounts.openSession(account: "alice", address: "", userAgent: "", login: nil).session
        @Sendable func make(_ account: String = "alice", session: String? = nil, lifetime: Double? = nil) async throws -> Token {
            try await accounts.makeToken(account: account, note: "", scopes: [], lifetime: lifetime, session: session, limit: 5).token
        }
        // Those of a log-in go with it, and count for nothing.
        for _ in 0..<7 { _ = try await make(session: session.id, lifetime: nil) }
        let made = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<20 { group.addTask { (try? await make(lifetime: 50)) != nil } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(made == 5)
        await #expect(throws: AccountsError.self) { _ = try await make() }
        _ = try await make("bob")
        let first = try #require(accounts.tokens(of: "alice").first { $0.session == nil })
        #expect(try await accounts.revokeToken(first.id, of: "alice"))
        _ = try await make()
        fixture.clock.advance(51)
        _ = try await make()
    }
}
