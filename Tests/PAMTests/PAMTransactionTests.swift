import CPAM
import Foundation
import PAM
import Secrets
import TestHost
import Testing

/// With real modules and real accounts, in this process, which is root's.
@Suite struct PAMTransactionTests {
    @Test func theRightPasswordOfARealAccountIsAccepted() async throws {
        let person = try await Person()
        let service = try PAMService(PAMService.common)
        let transaction = try PAMTransaction(service: service.name, user: person.name) { messages in
            #expect(messages == [PAMMessage(style: .echoOff, text: "Password: ")])
            return [Secret(person.password)]
        }
        try transaction.authenticate()
        #expect(try transaction.checkAccount() == .usable)
        #expect(transaction.user == person.name)
    }

    @Test(arguments: ["wrong", "", String(repeating: "x", count: 511), String(repeating: "x", count: 512), "right\0"])
    func anotherPasswordIsNot(password: String) async throws {
        let person = try await Person()
        let service = try PAMService(PAMService.common)
        let transaction = try PAMTransaction(service: service.name, user: person.name) { _ in [Secret(password)] }
        let error = try #require(throws: PAMError.self) { try transaction.authenticate() }
        #expect(error.function == "pam_authenticate")
        #expect(!error.reason.isEmpty)
    }

    @Test func anExpiredPasswordIsSeenAndChanged() async throws {
        let person = try await Person()
        try await person.change(with: "chage --lastday 0")
        let service = try PAMService(PAMService.common)
        var asked: [String] = []
        let transaction = try PAMTransaction(service: service.name, user: person.name) { messages in
            asked += messages.filter(\.isPrompt).map(\.text)
            return messages.map { message in
                guard message.isPrompt else { return nil }
                return Secret(message.text.contains("ew password") ? "an-Entirely-new-1" : person.password)
            }
        }
        try transaction.authenticate()
        #expect(try transaction.checkAccount() == .passwordExpired)
        try transaction.changeExpiredPassword()
        #expect(try transaction.checkAccount() == .usable)
        #expect(asked == ["Password: ", "Current password: ", "New password: ", "Retype new password: "])
    }

    @Test func severalMessagesInOneCallGetTheirAnswersInOrder() throws {
        let service = try PAMService("auth required FIXTURE both:one/two")
        let transaction = try PAMTransaction(service: service.name, user: "nobody") { messages in
            #expect(messages.map(\.style) == [.info, .echoOff, .echoOn])
            return [nil, Secret("one"), Secret("two")]
        }
        try transaction.authenticate()
    }

    /// The first answer is in PAM's memory already when the second turns out to be missing.
    @Test(arguments: [[nil, Secret("one"), nil], [Secret("one")], [], nil] as [[Secret?]?])
    func aMissingAnswerBreaksTheConversationOff(answers: [Secret?]?) throws {
        let service = try PAMService("auth required FIXTURE both:one/two")
        let transaction = try PAMTransaction(service: service.name, user: "nobody") { _ in answers }
        let error = try #require(throws: PAMError.self) { try transaction.authenticate() }
        #expect(error.code == PAM_CONV_ERR)
    }

    @Test func aMessageThatNobodyCanAnswerIsRefusedUnseen() throws {
        let service = try PAMService("auth required FIXTURE binary")
        let transaction = try PAMTransaction(service: service.name, user: "nobody") { messages in
            Issue.record("shown: \(messages)")
            return nil
        }
        #expect(throws: PAMError.self) { try transaction.authenticate() }
    }

    @Test func modulesDoNotDelayFailures() throws {
        let service = try PAMService("auth required FIXTURE delay")
        let transaction = try PAMTransaction(service: service.name, user: "nobody") { _ in nil }
        let duration = ContinuousClock().measure {
            #expect(throws: PAMError.self) { try transaction.authenticate() }
        }
        #expect(duration < .seconds(5))
    }

    @Test func modulesSeeWhereThePersonIsAndWhatTheSessionIs() throws {
        let seen = "\(FileManager.default.temporaryDirectory.path)/berth-pam-\(getpid())"
        defer { unlink(seen) }
        let service = try PAMService(
            """
            auth     required pam_permit.so
            session  required pam_exec.so /bin/sh -c [echo "$PAM_TYPE $PAM_USER $PAM_RHOST $PAM_TTY $PAM_RUSER" >>\(seen)]
            """)
        let transaction = try PAMTransaction(service: service.name, user: "nobody") { _ in nil }
        try transaction.set(.remoteHost, to: "192.0.2.7")
        try transaction.set(.terminal, to: "berth")
        try transaction.set(.remoteUser, to: "somebody")
        try transaction.establishCredentials()
        try transaction.openSession()
        try transaction.closeSession()
        try transaction.deleteCredentials()
        transaction.end()
        #expect(
            try String(contentsOfFile: seen, encoding: .utf8) == """
                open_session nobody 192.0.2.7 berth somebody
                close_session nobody 192.0.2.7 berth somebody

                """)
    }

    @Test func aModuleMayChangeTheName() throws {
        let service = try PAMService("auth required FIXTURE rename:nobody")
        let transaction = try PAMTransaction(service: service.name, user: "Nobody@EXAMPLE.ORG") { _ in nil }
        try transaction.authenticate()
        #expect(transaction.user == "nobody")
    }
}
