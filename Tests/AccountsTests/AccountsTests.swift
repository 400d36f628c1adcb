import Foundation
import Synchronization
import TLS
import Testing
@testable import Accounts

/// A clock that stands still until it is moved.
final class TestClock: Sendable {
    private let time = Mutex(1_000_000.0)
    var now: Double { time.withLock { $0 } }
    func advance(_ seconds: Double) { time.withLock { $0 += seconds } }
}

/// Accounts in a file of their own, which goes with the suite.
final class Fixture: Sendable {
    let path: String
    let clock = TestClock()

    init() {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("accounts-\(UUID()).sqlite").path
    }

    deinit { for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) } }

    func open() throws -> Accounts {
        let clock = clock
        return try Accounts(path: path, limits: SessionLimits(idle: 100, absolute: 1000), clock: { clock.now })
    }
}

@Suite struct SessionTests {
    let fixture = Fixture()

    @Test func aSessionIsFoundByItsSecretAloneAndSurvivesARestart() async throws {
        let accounts = try fixture.open()
        let (secret, session) = try await accounts.openSession(account: "alice", address: "::1", userAgent: "Firefox", login: "pam-1")
        #expect(secret.utf8.count == 43)
        #expect(accounts.session(secret: secret)?.id == session.id)
        #expect(accounts.session(secret: session.id) == nil)

        let again = try fixture.open()
        let found = try #require(again.session(secret: secret))
        #expect(found.account == "alice" && found.csrf == session.csrf && found.login == "pam-1")
        #expect(again.snapshot.sessions == [.init(digest: Digest(sha256: secret.utf8), account: "alice", id: session.id)])
    }

    @Test func theSecretIsNotInTheFile() async throws {
        let accounts = try fixture.open()
        let (secret, _) = try await accounts.openSession(account: "alice", address: "", userAgent: "", login: nil)
        let (token, _) = try await accounts.makeToken(account: "alice", note: "", scopes: ["self"], lifetime: nil)
        for suffix in ["", "-wal"] {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: fixture.path + suffix))
            #expect(bytes.range(of: Data(secret.utf8)) == nil)
            #expect(bytes.range(of: Data(token.utf8)) == nil)
        }
        let mode = try FileManager.default.attributesOfItem(atPath: fixture.path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func itEndsWhenItIsNotUsed() async throws {
        let accounts = try fixture.open()
        let (secret, _) = try await accounts.openSession(account: "alice", address: "", userAgent: "", login: nil)
        fixture.clock.advance(99)
        #expect(accounts.session(secret: secret) != nil)
        fixture.clock.advance(99)
        #expect(accounts.session(secret: secret) != nil)
        fixture.clock.advance(100)
        #expect(accounts.session(secret: secret) == nil)
    }

    @Test func useElsewhereKeepsItAlive() async throws {
        let accounts = try fixture.open()
        let (secret, session) = try await accounts.openSession(account: "alice", address: "", userAgent: "", login: nil)
        fixture.clock.advance(90)
        accounts.touch(sessions: [session.id])
        fixture.clock.advance(90)
        #expect(accounts.session(secret: secret) != nil)
    }

    @Test func itEndsInAnyCaseAndTheSweepTellsWhoEnded() async throws {
        let accounts = try fixture.open()
        let ended = Mutex<[String?]>([])
        let published = Mutex<[Int]>([])
        accounts.onEnd { sessions in ended.withLock { $0 += sessions.map(\.login) } }
        accounts.onChange { snapshot in published.withLock { $0.append(snapshot.sessions.count) } }
        let (secret, session) = try await accounts.openSession(account: "alice", address: "", userAgent: "", login: "pam-7")
        for _ in 0..<11 {
            fixture.clock.advance(91)
            accounts.touch(sessions: [session.id])
        }
        #expect(accounts.session(secret: secret) == nil)
        try await accounts.sweep()
        #expect(ended.withLock { $0 } == ["pam-7"])
        #expect(published.withLock { $0 } == [0, 1, 0])
        #expect(try fixture.open().snapshot.sessions.isEmpty)
    }

    @Test func theSweepWritesDownWhatWasUsed() async throws {
        let accounts = try fixture.open()
        let (secret, _) = try await accounts.openSession(account: "alice", address: "", userAgent: "", login: nil)
        fixture.clock.advance(80)
        _ = accounts.session(secret: secret)
        try await accounts.sweep()
        fixture.clock.advance(80)
        #expect(try fixture.open().session(secret: secret) != nil)
    }

    @Test func oneOrAllAreEnded() async throws {
        let accounts = try fixture.open()
        let (first, _) = try await accounts.openSession(account: "alice", address: "", userAgent: "", login: nil)
        let (second, kept) = try await accounts.openSession(account: "alice", address: "", userAgent: "", login: nil)
        let (others, _) = try await accounts.openSession(account: "bob", address: "", userAgent: "", login: nil)
        try await accounts.endSessions(of: "alice", except: kept.id)
        #expect(accounts.session(secret: first) == nil)
        #expect(accounts.sessions(of: "alice").map(\.id) == [kept.id])
        try await accounts.endSession(kept.id)
        #expect(accounts.session(secret: second) == nil)
        #expect(accounts.session(secret: others) != nil)
        #expect(try fixture.open().snapshot.sessions.map(\.account) == ["bob"])
    }
}

@Suite struct TokenTests {
    let fixture = Fixture()

    @Test func aTokenIsShownOnceExpiresAndIsRevokedByItsOwnerOnly() async throws {
        let accounts = try fixture.open()
        let (secret, token) = try await accounts.makeToken(account: "alice", note: "VS Code", scopes: ["self"], lifetime: 50)
        #expect(secret.hasPrefix("brth_"))
        #expect(accounts.token(secret: secret)?.note == "VS Code")
        #expect(accounts.token(secret: "brth_" + token.id) == nil)
        #expect(accounts.tokens(of: "alice").first?.lastUsed == fixture.clock.now)
        #expect(try await !accounts.revokeToken(token.id, of: "bob"))
        #expect(try fixture.open().token(secret: secret)?.scopes == ["self"])
        fixture.clock.advance(50)
        #expect(accounts.token(secret: secret) == nil)
        try await accounts.sweep()
        #expect(accounts.snapshot.tokens.isEmpty)
    }

    @Test func aRevokedTokenIsGoneAtOnce() async throws {
        let accounts = try fixture.open()
        let (secret, token) = try await accounts.makeToken(account: "alice", note: "", scopes: [], lifetime: nil)
        #expect(accounts.snapshot.tokens.map(\.token.id) == [token.id])
        #expect(try await accounts.revokeToken(token.id, of: "alice"))
        #expect(accounts.token(secret: secret) == nil)
        #expect(try fixture.open().token(secret: secret) == nil)
    }
}

@Suite struct UserTests {
    let fixture = Fixture()

    @Test func aLogInAddsOrRenewsAPerson() async throws {
        let accounts = try fixture.open()
        #expect(try await accounts.user(named: "alice") == nil)
        try await accounts.noteLogin(name: "alice", uid: 1001, fullName: "Alice", admin: false)
        let created = fixture.clock.now
        fixture.clock.advance(10)
        try await accounts.noteLogin(name: "alice", uid: 1001, fullName: "Alice A.", admin: true)
        let expected = User(
            name: "alice", uid: 1001, fullName: "Alice A.", admin: true, isAdminByGroup: true, created: created,
            lastActivity: created + 10)
        #expect(try await accounts.user(named: "alice") == expected)
        #expect(try await accounts.users() == [expected])
    }

    @Test func peopleAreFoundMadeAdministratorsAndForgotten() async throws {
        let accounts = try fixture.open()
        try await accounts.noteLogin(name: "a_1", uid: 1001, fullName: "Ada", admin: false)
        #expect(try await accounts.addUser(name: "bob", uid: 1002, fullName: "Bob 50%", admin: false))
        #expect(try await !accounts.addUser(name: "bob", uid: 1002, fullName: "", admin: false))
        #expect(try await accounts.users(matching: "a_").map(\.name) == ["a_1"])
        #expect(try await accounts.users(matching: "%").map(\.name) == ["bob"])
        #expect(try await accounts.users(matching: "B").map(\.name) == ["bob"])
        try await accounts.setAdmin(true, of: "bob")
        // What an administrator decided outlasts a log-in; what a group says is known apart.
        try await accounts.noteLogin(name: "bob", uid: 1002, fullName: "Bob", admin: false)
        let bob = try #require(try await accounts.user(named: "bob"))
        #expect(bob.admin && !bob.isAdminByGroup)
        let (secret, _) = try await accounts.makeToken(account: "bob", note: "", scopes: ["self"], lifetime: nil)
        #expect(try await accounts.removeUser(named: "bob"))
        #expect(accounts.token(secret: secret) == nil)
        #expect(try await !accounts.removeUser(named: "bob"))
    }

    @Test func groupsHaveMembersAndProperties() async throws {
        let accounts = try fixture.open()
        #expect(try await accounts.makeGroup(named: "vision"))
        #expect(try await !accounts.makeGroup(named: "vision"))
        try await accounts.changeGroup(named: "vision", adding: ["bob", "alice", "bob"])
        try await accounts.setProperties(#"{"a":1}"#, ofGroup: "vision")
        #expect(try await accounts.group(named: "vision") == Group(name: "vision", members: ["alice", "bob"], properties: #"{"a":1}"#))
        try await accounts.changeGroup(named: "vision", removing: ["bob"])
        #expect(try await accounts.groups(of: "alice") == ["vision"])
        #expect(try await accounts.groups(of: "bob") == [])
        #expect(try await accounts.removeGroup(named: "vision"))
        #expect(try await accounts.groups(of: "alice") == [])
    }

    @Test func choicesAreRememberedForEachServer() async throws {
        let accounts = try fixture.open()
        try await accounts.remember(ServerChoice(profile: "gpu", environment: "work"), of: "alice")
        try await accounts.remember(ServerChoice(profile: "cpu", environment: nil), of: "alice", server: "second")
        try await accounts.remember(ServerChoice(profile: "gpu", environment: "next"), of: "alice")
        #expect(try await accounts.choice(of: "alice") == ServerChoice(profile: "gpu", environment: "next"))
        #expect(try await accounts.choice(of: "alice", server: "second") == ServerChoice(profile: "cpu", environment: nil))
        #expect(try await accounts.choice(of: "bob") == nil)
        #expect(try await accounts.choices(of: "alice").keys.sorted() == ["", "second"])
        try await accounts.forgetChoice(of: "alice", server: "second")
        try await accounts.forgetChoice(of: "bob", server: "second")
        #expect(try await accounts.choices(of: "alice") == ["": ServerChoice(profile: "gpu", environment: "next")])
    }

    @Test func aFileThatCannotBeOpenedSaysWhichAndWhatToDo() throws {
        let error = try #require(throws: AccountsError.self) {
            try Accounts(path: "/proc/nowhere/accounts.sqlite", limits: SessionLimits(idle: 1, absolute: 1))
        }
        #expect("\(error)".contains("/proc/nowhere/accounts.sqlite"))
        #expect("\(error)".contains("Check"))
    }
}
