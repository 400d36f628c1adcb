import Foundation
import LauncherProtocol
import TestHost
import Testing

@testable import Logins

/// PAM sessions: opened, kept, found again, closed at the right time.
@Suite struct SessionTests {
    private let person: Person
    private let host: LoginHost
    private let journal: String

    /// A service whose session phases write down that they ran.
    init() async throws {
        person = try await Person()
        journal = "/tmp/berth-session-\(person.name)"
        host = try LoginHost(
            """
            @include common-auth
            @include common-account
            session required pam_exec.so /bin/sh -c [echo "$PAM_TYPE $PAM_USER" >>\(journal)]
            """)
    }

    private var phases: [String] {
        ((try? String(contentsOfFile: journal, encoding: .utf8)) ?? "").split(separator: "\n").map(String.init)
    }
    private var opened: String { "open_session \(person.name)" }
    private var closed: String { "close_session \(person.name)" }

    private func logIn(_ logins: Logins) async throws -> String {
        try #require(await logins.logIn(person.name, person.password).session)
    }

    @Test func theSessionIsOpenFromLoginToLogout() async throws {
        defer { unlink(journal) }
        let logins = try await host.start()
        let session = try await logIn(logins)
        #expect(phases == [opened])
        #expect(host.sockets == ["\(session).sock"])
        let keeper = try #require(host.keepers.first)
        _ = await logins.close(CloseLogin(session: session))
        try await eventually("the keeper is reaped") { !exists(keeper) }
        #expect(phases == [opened, closed])
        #expect(host.sockets.isEmpty)
        try await eventually("the log says so") {
            host.log.contains("info: The PAM session of “\(person.name)” is closed.")
        }
        // Closing it again is no mistake.
        _ = await logins.close(CloseLogin(session: session))
    }

    @Test func theSessionStaysOpenWhileTheAccountHasAServer() async throws {
        defer { unlink(journal) }
        let logins = try await host.start(running: [person.name])
        let session = try await logIn(logins)
        _ = await logins.close(CloseLogin(session: session))
        await logins.serversChanged(running: [person.name, "somebody-else"])
        #expect(phases == [opened])
        #expect(await logins.sessions.identifiers == [session])
        await logins.serversChanged(running: ["somebody-else"])
        try await eventually("the session is closed") { phases == [opened, closed] }
    }

    @Test func aLauncherThatIsStartedAnewFindsTheSessionsAgain() async throws {
        defer { unlink(journal) }
        var first: Logins? = try await host.start()
        let session = try await logIn(try #require(first))
        let keeper = try #require(host.keepers.first)
        first = nil

        let second = try await host.start()
        #expect(await second.sessions.identifiers == [session])
        #expect(host.keepers == [keeper])
        #expect(phases == [opened])
        _ = await second.close(CloseLogin(session: session))
        try await eventually("the session is closed") { phases == [opened, closed] && host.sockets.isEmpty }
    }

    @Test func whatWasToCloseLaterStillClosesAfterARestart() async throws {
        defer { unlink(journal) }
        let first = try await host.start(running: [person.name])
        _ = await first.close(CloseLogin(session: try await logIn(first)))
        let second = try await host.start(running: [person.name])
        #expect(await second.sessions.identifiers.count == 1)
        #expect(phases == [opened])
        await second.serversChanged(running: [])
        try await eventually("the session is closed") { phases == [opened, closed] }
    }

    @Test func aSocketThatNobodyListensOnIsCleanedUp() async throws {
        let first = try await host.start()
        let session = try await logIn(first)
        unlink(journal)
        let keeper = try #require(host.keepers.first)
        kill(keeper, SIGKILL)
        try await eventually("the launcher notices") { await first.sessions.identifiers.isEmpty }
        #expect(host.log.contains("warning: The PAM session of “\(person.name)” has ended by itself."))

        try Data().write(to: URL(fileURLWithPath: "\(host.runtime)/logins/\(session).sock"))
        _ = try await host.start()
        #expect(host.sockets.isEmpty)
    }

    @Test func theSessionClosesWhenTheMachineGoesDown() async throws {
        defer { unlink(journal) }
        let logins = try await host.start()
        _ = try await logIn(logins)
        kill(try #require(host.keepers.first), SIGTERM)
        try await eventually("the session is closed") { phases == [opened, closed] && host.keepers.isEmpty }
    }

    @Test func twoAnswersAtOnceShareTheSession() async throws {
        defer { unlink(journal) }
        let logins = try await host.start()
        let login = await logins.open(person.name).login
        async let one = logins.answer(login, person.password)
        async let other = logins.answer(login, person.password)
        let steps = await [one, other]
        let sessions = Set(steps.compactMap(\.session))
        let session = try #require(sessions.first)
        #expect(sessions.count == 1)
        let holders = steps.count { $0.session != nil }
        for _ in 1..<holders {
            _ = await logins.close(CloseLogin(session: session))
            #expect(await logins.sessions.identifiers == [session])
        }
        _ = await logins.close(CloseLogin(session: session))
        try await eventually("the session is closed") { phases == [opened, closed] }
    }

    @Test func aSessionThatNobodyHeardOfIsClosed() async throws {
        defer { unlink(journal) }
        let logins = try await host.start()
        let login = await logins.open(person.name).login
        let task = Task { await logins.answer(login, person.password) }
        task.cancel()
        _ = await task.value
        try await eventually("the session is closed") { phases == [opened, closed] }
    }

    @Test func aSessionThatCannotBeOpenedIsARefusalAndTheLogSaysWhy() async throws {
        let host = try LoginHost(
            """
            @include common-auth
            @include common-account
            session required FIXTURE [error:No home for you.] fail
            """)
        let logins = try await host.start()
        #expect(await logins.logIn(person.name, person.password) == .failure)
        #expect(host.log.contains("pam_open_session"), "\(host.log.lines)")
        #expect(host.log.contains("PAM said “No home for you.”"))
    }

    @Test func theDirectoryOfSessionsIsRootsAlone() async throws {
        let logins = try await host.start()
        let session = try await logIn(logins)
        unlink(journal)
        for (path, mode) in [("logins", mode_t(0o700)), ("logins/\(session).sock", 0o600)] {
            var status = stat()
            #expect(lstat("\(host.runtime)/\(path)", &status) == 0)
            #expect(status.st_uid == 0)
            #expect(status.st_mode & 0o777 == mode)
        }
    }
}
