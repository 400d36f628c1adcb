import LauncherProtocol
import Testing

@testable import Logins

/// The login as a value: every transition, without a process or a clock.
@Suite struct LoginConversationTests {
    private let alice = Account(
        name: "alice", uid: 1000, gid: 1000, groups: [], fullName: "", home: "/home/alice", shell: "/bin/bash")
    private let password = LoginMessage(style: .echoOff, text: "Password: ")
    private let code = LoginMessage(style: .echoOn, text: "Code: ")
    private let notice = LoginMessage(style: .info, text: "Maintenance at noon.")
    private let warning = LoginMessage(style: .error, text: "Too short.")

    private func conversation(delay: Double = 2) -> LoginConversation {
        LoginConversation(session: "s", failureDelay: delay, at: 0)
    }

    /// A conversation that has been asked for a password and answered it at 10.
    private func answered(delay: Double = 2) -> LoginConversation {
        var login = conversation(delay: delay)
        #expect(login.handle(.asked([password]), at: 1) == [.reply(.ask([password]))])
        #expect(login.handle(.answered(count: 1), at: 10) == [.sendAnswers])
        return login
    }

    /// One whose account the policy is asked about.
    private func checking() -> LoginConversation {
        var login = answered()
        #expect(login.handle(.authenticated(account: "Alice"), at: 10.1) == [.check(account: "Alice")])
        return login
    }

    /// One that the policy has let in.
    private func allowed() -> LoginConversation {
        var login = checking()
        #expect(login.handle(.allowed(alice), at: 10.2) == [.proceed])
        return login
    }

    @Test func theStraightWayEndsInASession() {
        var login = allowed()
        #expect(
            login.handle(.established, at: 10.3) == [
                .finish(.success(alice)), .reply(.success(account: alice, session: "s", messages: [])),
            ])
    }

    @Test func whatNeedsNoAnswerIsShownWithTheNextPrompt() {
        var login = conversation()
        #expect(login.handle(.told([notice]), at: 0).isEmpty)
        #expect(login.handle(.told([warning]), at: 0).isEmpty)
        #expect(login.handle(.asked([password, code]), at: 0) == [.reply(.ask([notice, warning, password, code]))])
        #expect(login.handle(.answered(count: 2), at: 1) == [.sendAnswers])
        #expect(login.handle(.asked([code]), at: 1) == [.reply(.ask([code]))])
    }

    @Test func whatIsToldLastIsShownWithSuccess() {
        var login = allowed()
        #expect(login.handle(.told([notice]), at: 11).isEmpty)
        #expect(
            login.handle(.established, at: 11).last
                == .reply(.success(account: alice, session: "s", messages: [notice])))
    }

    @Test func promptsMayFollowThePolicy() {
        var login = allowed()
        #expect(login.handle(.asked([password]), at: 11) == [.reply(.ask([password]))])
        #expect(login.handle(.answered(count: 1), at: 20) == [.sendAnswers])
        #expect(login.handle(.established, at: 21).first == .finish(.success(alice)))
    }

    @Test func aRefusalIsToldAfterTheDelayCountedFromTheAnswer() {
        var login = answered()
        #expect(login.handle(.failed(reason: "wrong"), at: 10.4) == [.endKeeper, .waitUntil(12)])
        #expect(login.handle(.delayPassed, at: 12) == [.finish(.failure(reason: "wrong")), .reply(.failure)])
        #expect(login.handle(.answered(count: 1), at: 13) == [.reply(.failure)])
    }

    @Test(arguments: [(10.0, 12.0), (11.9, 12), (12.1, 14), (17, 18)])
    func whenPAMIsSlowTheNextMultipleOfTheDelayIsTaken(now: Double, told: Double) {
        var login = answered()
        #expect(login.handle(.failed(reason: "wrong"), at: now) == [.endKeeper, .waitUntil(told)])
    }

    @Test func withoutADelayARefusalIsToldAtOnce() {
        var login = answered(delay: 0)
        #expect(login.handle(.failed(reason: "wrong"), at: 10.4) == [.endKeeper, .waitUntil(10.4)])
    }

    @Test func aRefusalBeforeAnyPromptIsCountedFromTheBeginning() {
        var login = conversation()
        #expect(login.handle(.failed(reason: "no such service"), at: 0.5) == [.endKeeper, .waitUntil(2)])
    }

    @Test func thePolicyRefusesInTheSameWay() {
        var login = checking()
        #expect(login.handle(.refused(reason: "it is root"), at: 10.3) == [.endKeeper, .waitUntil(12)])
        #expect(login.handle(.delayPassed, at: 12) == [.finish(.failure(reason: "it is root")), .reply(.failure)])
    }

    @Test func whatPAMSaidBeforeItRefusedIsForTheLog() {
        var login = answered()
        _ = login.handle(.told([LoginMessage(style: .error, text: "Your account\nhas expired.")]), at: 10)
        _ = login.handle(.failed(reason: "expired"), at: 10.1)
        #expect(
            login.handle(.delayPassed, at: 12).first
                == .finish(.failure(reason: "expired; PAM said “Your account\\nhas expired.”")))
    }

    @Test func aWrongNumberOfAnswersIsARefusal() {
        var login = conversation()
        _ = login.handle(.asked([password, notice, code]), at: 0)
        #expect(login.handle(.answered(count: 1), at: 5) == [.endKeeper, .waitUntil(7)])
        #expect(login.handle(.delayPassed, at: 7).last == .reply(.failure))
    }

    @Test func aKeeperThatDiesRefuses() {
        for var login in [answered(), checking(), allowed()] {
            #expect(login.handle(.keeperEnded("signal 11"), at: 11) == [.endKeeper, .waitUntil(12)])
            guard case .finish(.failure(let reason)) = login.handle(.delayPassed, at: 12).first else {
                Issue.record("no end")
                return
            }
            #expect(reason.contains("signal 11"))
        }
    }

    @Test func aKeeperThatHangsIsEndedAtTheDeadline() {
        for var login in [conversation(), answered(), checking(), allowed()] {
            #expect(login.handle(.deadlinePassed, at: 120) == [.endKeeper, .waitUntil(120)])
            #expect(login.handle(.delayPassed, at: 120).last == .reply(.failure))
        }
    }

    @Test func aPersonWhoDoesNotAnswerLosesTheLogin() {
        var login = conversation()
        _ = login.handle(.asked([password]), at: 0)
        #expect(
            login.handle(.deadlinePassed, at: 120) == [
                .endKeeper, .finish(.abandoned(reason: "no answer before the deadline", answered: false)),
            ])
        #expect(login.handle(.answered(count: 1), at: 121) == [.reply(.failure)])
    }

    @Test func aKeeperThatDiesWhileThePersonThinksEndsTheLogin() {
        for event in [LoginConversation.Event.keeperEnded("signal 9"), .failed(reason: "time-out")] {
            var login = conversation()
            _ = login.handle(.asked([password]), at: 0)
            let actions = login.handle(event, at: 5)
            #expect(actions.first == .endKeeper)
            #expect(actions.count == 2)
            #expect(login.handle(.answered(count: 1), at: 6) == [.reply(.failure)])
        }
    }

    @Test func cancellingEndsTheKeeperAndKnowsWhetherAnythingWasTried() {
        var asking = conversation()
        _ = asking.handle(.asked([password]), at: 0)
        #expect(asking.handle(.cancelled, at: 1) == [.endKeeper, .finish(.abandoned(reason: "cancelled", answered: false))])

        for var login in [answered(), checking(), allowed()] {
            #expect(
                login.handle(.cancelled, at: 11) == [
                    .endKeeper, .finish(.abandoned(reason: "cancelled", answered: true)), .reply(.failure),
                ])
        }
    }

    @Test func aRefusalCannotBeCancelledOutOfTheCount() {
        var login = answered()
        _ = login.handle(.failed(reason: "wrong"), at: 10.4)
        #expect(login.handle(.cancelled, at: 11).isEmpty)
        #expect(login.handle(.delayPassed, at: 12).first == .finish(.failure(reason: "wrong")))
    }

    @Test func aSecondAnswerWaitsWithTheFirst() {
        var login = answered()
        #expect(login.handle(.answered(count: 1), at: 10.1).isEmpty)
        #expect(login.handle(.failed(reason: "wrong"), at: 10.4) == [.endKeeper, .waitUntil(12)])
        #expect(login.handle(.answered(count: 1), at: 11).isEmpty)
    }

    @Test func aSessionThatNobodyAllowedIsNone() {
        var login = answered()
        #expect(login.handle(.established, at: 11) == [.endKeeper, .waitUntil(12)])
    }

    @Test func aNameIsCheckedOnce() {
        var login = allowed()
        #expect(login.handle(.authenticated(account: "root"), at: 11).isEmpty)
        #expect(login.handle(.established, at: 11).first == .finish(.success(alice)))
    }

    @Test func nothingHappensAfterTheEnd() {
        var login = allowed()
        _ = login.handle(.established, at: 11)
        for event in [LoginConversation.Event.keeperEnded(""), .deadlinePassed, .cancelled, .delayPassed, .told([notice]), .asked([code])] {
            #expect(login.handle(event, at: 12).isEmpty)
        }
    }
}
