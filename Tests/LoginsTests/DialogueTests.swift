import Foundation
import LauncherProtocol
import TestHost
import Testing

@testable import Logins

/// Real conversations with real accounts and modules, to their ends.
@Suite struct DialogueTests {
    @Test func aPasswordLogsIn() async throws {
        let person = try await Person("--comment 'Paula Person'")
        let host = try LoginHost()
        let logins = try await host.start()
        let opened = await logins.open(person.name)
        #expect(opened.login.count == 32)
        #expect(opened.step == .ask([LoginMessage(style: .echoOff, text: "Password: ")]))
        let step = await logins.answer(opened.login, person.password)
        let account = try #require(step.account)
        #expect(account.name == person.name)
        #expect(account.fullName == "Paula Person")
        #expect(account == (try await logins.policyAccount(named: person.name)))
        // The login is over: its number opens nothing any more.
        #expect(await logins.answer(opened.login, person.password) == .failure)
    }

    @Test func theStackThatIsShippedLogsIn() async throws {
        let person = try await Person()
        let shipped = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../config/pam.d/berth").standardized
        let host = try LoginHost(try String(contentsOf: shipped, encoding: .utf8))
        let logins = try await host.start()
        #expect(await logins.logIn(person.name, person.password).account?.name == person.name)
        #expect(await logins.logIn(person.name, "wrong") == .failure)
    }

    @Test func anExpiredPasswordIsChangedAndTheNewOneWorks() async throws {
        let person = try await Person()
        try await person.change(with: "chage --lastday 0")
        let host = try LoginHost()
        let logins = try await host.start()
        let login = await logins.open(person.name).login
        var step = await logins.answer(login, person.password)
        #expect(step.asked?.last == LoginMessage(style: .echoOff, text: "Current password: "))
        #expect(step.asked?.first?.text.contains("change your password immediately") == true)
        step = await logins.answer(login, person.password)
        #expect(step.asked == [LoginMessage(style: .echoOff, text: "New password: ")])
        step = await logins.answer(login, "an-Entirely-new-1")
        #expect(step.asked == [LoginMessage(style: .echoOff, text: "Retype new password: ")])
        // A slip of the finger: PAM says so and asks again.
        step = await logins.answer(login, "an-Entirely-new-2")
        #expect(step.asked?.first == LoginMessage(style: .error, text: "Sorry, passwords do not match."))
        #expect(step.asked?.last?.text == "Current password: ")
        step = await logins.answer(login, person.password)
        step = await logins.answer(login, "an-Entirely-new-1")
        step = await logins.answer(login, "an-Entirely-new-1")
        #expect(step.account?.name == person.name)

        #expect(await logins.logIn(person.name, person.password) == .failure)
        #expect(await logins.logIn(person.name, "an-Entirely-new-1").account?.name == person.name)
    }

    @Test func aOneTimeCodeFollowsThePassword() async throws {
        let person = try await Person()
        let secret = "3132333435363738393031323334353637383930"
        let users = "/tmp/berth-oath-\(person.name)"
        defer { unlink(users) }
        try "HOTP \(person.name) - \(secret)\n".write(toFile: users, atomically: true, encoding: .utf8)
        chmod(users, 0o600)
        let host = try LoginHost(
            """
            auth requisite pam_unix.so
            auth required  pam_oath.so usersfile=\(users) window=3 digits=6
            @include common-account
            session required pam_permit.so
            """)
        let logins = try await host.start()
        func attempt(code: String) async -> LoginStep {
            let login = await logins.open(person.name).login
            let step = await logins.answer(login, person.password)
            #expect(step.asked?.last?.text.contains("One-time password") == true)
            return await logins.answer(login, code)
        }
        let code = try run("oathtool", "--counter=0", secret).trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(await attempt(code: "000000") == .failure)
        #expect(await attempt(code: code).account?.name == person.name)
        // It was good for one time.
        #expect(await attempt(code: code) == .failure)
    }

    @Test func messagesGoWithTheNextPromptOrWithSuccess() async throws {
        let person = try await Person()
        let host = try LoginHost(
            """
            auth    required FIXTURE [info:Welcome.] [error:The disk is nearly full.] both:one/two [show:Colour: =blue]
            account required pam_permit.so
            session required FIXTURE [info:Your last login was yesterday.]
            """)
        let logins = try await host.start()
        let opened = await logins.open(person.name)
        #expect(
            opened.step
                == .ask([
                    LoginMessage(style: .info, text: "Welcome."),
                    LoginMessage(style: .error, text: "The disk is nearly full."),
                    LoginMessage(style: .info, text: "Two questions."),
                    LoginMessage(style: .echoOff, text: "First: "),
                    LoginMessage(style: .echoOn, text: "Second: "),
                ]))
        let step = await logins.answer(opened.login, "one", "two")
        #expect(step == .ask([LoginMessage(style: .echoOn, text: "Colour: ")]))
        #expect(
            await logins.answer(opened.login, "blue").messages
                == [LoginMessage(style: .info, text: "Your last login was yesterday.")])
    }

    @Test func theNameBecomesWhatPAMMakesOfIt() async throws {
        let person = try await Person()
        let host = try LoginHost(
            """
            auth    required FIXTURE [ask:Password: =x] rename:\(person.name)
            account required pam_permit.so
            session required pam_permit.so
            """)
        let logins = try await host.start()
        let step = await logins.logIn("\(person.name.uppercased())@EXAMPLE.ORG", "x")
        #expect(step.account?.name == person.name)
    }

    @Test func aLoginWithoutSessionAndCredentialsKeepsNoProcess() async throws {
        let person = try await Person()
        let host = try LoginHost {
            $0.openSession = false
            $0.setCredentials = false
        }
        let logins = try await host.start()
        let session = try #require(await logins.logIn(person.name, person.password).session)
        try await eventually("the keeper is gone") { host.keepers.isEmpty }
        #expect(host.sockets.isEmpty)
        _ = await logins.close(.init(session: session))
    }

    @Test func passwordsLeaveNoTrace() async throws {
        let person = try await Person()
        let host = try LoginHost()
        let logins = try await host.start()
        let opened = await logins.open(person.name)
        let keeper = try #require(host.keepers.first)
        #expect(await logins.answer(opened.login, person.password).session != nil)
        for file in ["cmdline", "environ"] {
            let text = String(decoding: try #require(FileManager.default.contents(atPath: "/proc/\(keeper)/\(file)")), as: UTF8.self)
            #expect(!text.isEmpty && !text.contains(person.password))
        }
        #expect(!host.log.contains(person.password))
        let limits = try String(contentsOfFile: "/proc/\(keeper)/limits", encoding: .utf8)
        #expect(limits.contains(/Max core file size +0 +0/))
        // Its memory belongs to root alone, and descriptors are few: none of the launcher's.
        let descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(keeper)/fd")
            .map { try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(keeper)/fd/\($0)") }
        #expect(descriptors.allSatisfy { $0 == "/dev/null" || $0.hasPrefix("socket:") || $0.contains("signalfd") }, "\(descriptors)")
    }
}
