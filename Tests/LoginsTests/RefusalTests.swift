import Foundation
import LauncherProtocol
import TestHost
import Testing

@testable import Logins

/// Who is refused learns nothing, neither from words nor from time; the log knows.
@Suite struct RefusalTests {
    /// One way to be refused.
    enum Way: String, CaseIterable {
        case wrongPassword, unknownName, root, systemAccount, refusedShell, noAllowedGroup, expiredAccount
    }

    @Test(arguments: Way.allCases)
    func allRefusalsLookAlike(way: Way) async throws {
        var options = ""
        switch way {
        case .systemAccount: options = "--system"
        case .refusedShell: options = "--shell /usr/sbin/nologin"
        case .expiredAccount: options = "--expiredate 2001-01-01"
        default: break
        }
        let person = try await Person(options)
        let host = try LoginHost { if way == .noAllowedGroup { $0.allowedGroups = ["sudo"] } }
        let logins = try await host.start()
        let name = way == .unknownName ? "no-such-\(person.name)" : way == .root ? "root" : person.name

        let opened = await logins.open(name)
        #expect(opened.step == .ask([.init(style: .echoOff, text: "Password: ")]))
        var step: LoginStep?
        let duration = await ContinuousClock().measure {
            step = await logins.answer(opened.login, way == .wrongPassword ? "wrong" : person.password)
        }
        #expect(step == .failure)
        // How late it may be depends on the machine; that it is one rule for all is tested with the conversation itself.
        #expect(duration >= .seconds(1), "\(duration)")

        let reason =
            switch way {
            case .wrongPassword, .unknownName: "pam_authenticate"
            case .root: "it is root"
            case .systemAccount: "min_uid 1000"
            case .refusedShell: "/usr/sbin/nologin is among refused_shells"
            case .noAllowedGroup: "allowed_groups"
            case .expiredAccount: "has expired"
            }
        #expect(host.log.contains("notice: A login of “\(name)” from 192.0.2.7 was refused:"))
        #expect(host.log.contains(reason), "\(host.log.lines)")
        try await eventually("the keeper is gone") { host.keepers.isEmpty }
        #expect(host.sockets.isEmpty)
    }

    @Test func thePasswordOfARefusedAccountIsNotEvenTried() async throws {
        let marker = "/tmp/berth-tried-\(getpid())"
        defer { unlink(marker) }
        let host = try LoginHost(
            """
            auth    required FIXTURE [ask:Password: =secret] touch:\(marker)
            account required pam_permit.so
            session required pam_permit.so
            """)
        let logins = try await host.start()
        #expect(await logins.logIn("root", "secret") == .failure)
        #expect(access(marker, F_OK) != 0)

        let person = try await Person()
        #expect(await logins.logIn(person.name, "secret").account?.name == person.name)
        #expect(access(marker, F_OK) == 0)
    }

    /// Whom PAM makes of a name matters, not only how it was typed.
    @Test func aModuleCannotTurnSomebodyIntoRoot() async throws {
        let host = try LoginHost(
            """
            auth    required FIXTURE rename:root
            account required pam_permit.so
            session required pam_permit.so
            """)
        let logins = try await host.start()
        #expect(await logins.open("somebody-\(getpid())").step == .failure)
        #expect(host.log.contains("it is root"))
    }

    @Test func aModuleCannotChangeTheNameOnceItWasChecked() async throws {
        let person = try await Person()
        let host = try LoginHost(
            """
            auth    required pam_permit.so
            account required pam_permit.so
            session required FIXTURE rename:root
            """)
        #expect(await (try host.start()).open(person.name).step == .failure)
        #expect(host.log.contains("changed the account's name"))
        #expect(host.sockets.isEmpty)
    }

    @Test(arguments: ["", "a\0b", "a\nlevel=error", "../../etc/shadow", String(repeating: "x", count: 257)])
    func namesThatCanBeNoneAreRefusedWithoutPAM(name: String) async throws {
        let host = try LoginHost()
        let logins = try await host.start()
        var step: LoginStep?
        let duration = await ContinuousClock().measure { step = await logins.open(name).step }
        #expect(step == .failure)
        #expect(duration >= .seconds(1))
        #expect(host.log.lines.allSatisfy { !$0.contains("\n") && !$0.contains("\0") && $0.count < 250 })
    }

    @Test func anUnknownServiceRefusesEverybody() async throws {
        let person = try await Person()
        let host = try LoginHost { $0.service = "no-such-berth-service" }
        let logins = try await host.start()
        // Debian's /etc/pam.d/other takes its place, and asks.
        #expect(await logins.logIn(person.name, "wrong") == .failure)
    }

    @Test func tooManyFailuresOfAnAccountCloseItForAWhile() async throws {
        let (person, other) = (try await Person(), try await Person())
        let host = try LoginHost {
            $0.attemptsPerAccount = 2
            $0.failureDelay = 0.2
        }
        let logins = try await host.start()
        #expect(await logins.logIn(person.name, "wrong") == .failure)
        #expect(await logins.logIn(person.name, person.password).session != nil)
        // Success has made room again.
        for _ in 0..<2 { #expect(await logins.logIn(person.name, "wrong") == .failure) }
        guard case .tooMany(let seconds) = await logins.logIn(person.name, person.password, from: "192.0.2.8") else {
            Issue.record("the account was not closed")
            return
        }
        #expect((1...600).contains(seconds))
        #expect(await logins.logIn(other.name, other.password).session != nil)
        #expect(host.log.contains("warning: A login of “\(person.name)” from 192.0.2.8 was not tried"))
    }

    @Test func tooManyFailuresOfAnAddressCloseIt() async throws {
        let host = try LoginHost {
            $0.attemptsPerAddress = 2
            $0.failureDelay = 0.2
        }
        let logins = try await host.start()
        for name in ["nobody-1", "nobody-2"] { #expect(await logins.logIn(name, "wrong", from: "2001:db8::1") == .failure) }
        guard case .tooMany = await logins.open("nobody-3", from: "2001:db8::2").step else {
            Issue.record("the network was not closed")
            return
        }
        #expect(await logins.open("nobody-3", from: "2001:db8:1::1").step.asked != nil)
    }

    @Test func aGuessThatIsTakenBackCounts() async throws {
        let person = try await Person()
        let host = try LoginHost("auth required FIXTURE ask:Code=1 hang") {
            $0.attemptsPerAccount = 1
        }
        let logins = try await host.start()
        let opened = await logins.open(person.name)
        async let step = logins.answer(opened.login, "1")
        try await eventually("the module hangs") { host.keepers.count == 1 }
        // The answer has been taken once a second caller is made to wait with the first.
        async let second = logins.answer(opened.login, "1")
        try await Task.sleep(for: .milliseconds(100))
        _ = await logins.cancel(.init(login: opened.login))
        #expect(await step == .failure)
        #expect(await second == .failure)
        guard case .tooMany = await logins.open(person.name).step else {
            Issue.record("it did not count")
            return
        }
    }

    @Test func onlySoManyLoginsOfAnAccountAreOpenAtOnce() async throws {
        let person = try await Person()
        let host = try LoginHost()
        let logins = try await host.start()
        for _ in 0..<Logins.mostPerAccount { #expect(await logins.open(person.name).step.asked != nil) }
        guard case .tooMany = await logins.open(person.name).step else {
            Issue.record("one more was opened")
            return
        }
    }
}
