import Foundation
import LauncherProtocol
import TestHost
import Testing

@testable import Logins

/// Modules that hang or crash, and people who leave.
@Suite struct MisbehaviourTests {
    @Test func aModuleThatHangsIsEndedAtTheDeadlineWithItsChildren() async throws {
        let person = try await Person()
        let child = "/tmp/berth-child-\(person.name)"
        defer { unlink(child) }
        let host = try LoginHost("auth required pam_exec.so quiet /bin/sh -c [echo $$ >\(child); exec sleep 600]") {
            $0.deadline = 1.5
        }
        let logins = try await host.start()
        async let step = logins.open(person.name).step
        try await eventually("the script runs") { (FileManager.default.contents(atPath: child)?.count ?? 0) > 1 }
        let script = try #require(pid_t(try String(contentsOfFile: child, encoding: .utf8).trimmingCharacters(in: .newlines)))
        let keeper = try #require(host.keepers.first)
        #expect(await step == .failure)
        try await eventually("keeper and script are gone") { !exists(keeper) && !exists(script) }
        #expect(host.log.contains("did not come to an end before the deadline"))
    }

    @Test func aModuleThatCrashesHarmsItsOwnLoginOnly() async throws {
        let person = try await Person()
        let host = try LoginHost("auth required FIXTURE [ask:Password: =x] crash")
        let logins = try await host.start()
        let other = await logins.open(person.name)
        let crashing = await logins.open(person.name)
        #expect(await logins.answer(crashing.login, "x") == .failure)
        #expect(host.log.contains("signal 6"))
        #expect(host.keepers.count == 1)
        #expect(await logins.answer(other.login, "wrong") == .failure)
        try await eventually("both keepers are gone") { host.keepers.isEmpty }
    }

    @Test func aCancelledLoginLeavesNoProcess() async throws {
        let person = try await Person()
        let host = try LoginHost()
        let logins = try await host.start()
        let opened = await logins.open(person.name)
        let keeper = try #require(host.keepers.first)
        _ = await logins.cancel(CancelLogin(login: opened.login))
        try await eventually("the keeper is reaped") { !exists(keeper) }
        #expect(await logins.answer(opened.login, person.password) == .failure)
        _ = await logins.cancel(CancelLogin(login: opened.login))
    }

    @Test func aPersonWhoDoesNotAnswerLosesTheLoginAtTheDeadline() async throws {
        let person = try await Person()
        let host = try LoginHost { $0.deadline = 0.5 }
        let logins = try await host.start()
        let opened = await logins.open(person.name)
        let keeper = try #require(host.keepers.first)
        try await eventually("the keeper is reaped") { !exists(keeper) }
        #expect(await logins.answer(opened.login, person.password) == .failure)
    }

    @Test func answersThatDoNotFitThePromptsAreARefusal() async throws {
        let person = try await Person()
        let host = try LoginHost()
        let logins = try await host.start()
        let opened = await logins.open(person.name)
        #expect(await logins.answer(opened.login, person.password, "more") == .failure)
        let next = await logins.open(person.name)
        #expect(await logins.answer(next.login, String(repeating: "x", count: 2 << 20)) == .failure)
        try await eventually("the keepers are gone") { host.keepers.isEmpty }
    }

    @Test func aKeeperThatCannotBeStartedIsARefusal() async throws {
        let host = try LoginHost()
        let logins = Logins(
            configuration: host.configuration, runtime: host.runtime, keeperCommand: ["/no/such/keeper"],
            logger: .init(label: "test") { _ in host.log })
        try await logins.start()
        #expect(await logins.open("nobody").step == .failure)
        #expect(
            host.log.contains("error: The process for a PAM conversation could not be started: posix_spawn /no/such/keeper: No such file"))
    }

    @Test func aLauncherThatGoesAwayDuringALoginLeavesNoKeeper() async throws {
        let host = try LoginHost()
        let keeper = try KeeperProcess(command: [LoginHost.keeper, host.tag])
        let order = KeeperOrder(
            service: host.service.name, account: "nobody", address: "", decoy: false, openSession: true,
            setCredentials: true, socket: "/nowhere", deadline: 60)
        keeper.channel.send(.begin(order))
        guard case .note(.asked) = keeper.channel.receive() else {
            Issue.record("no prompt")
            return
        }
        keeper.channel.hangUp()
        #expect(keeper.waitForEnd() == "exit status 1")
    }
}
