import LauncherProtocol
import Logins

extension LauncherHandlers {
    /// Answers the login calls and the account look-up.
    mutating func answerLogins(with logins: Logins) {
        on(LookUpAccount.self) { call, _ throws(LauncherError) in try await logins.lookUp(call) }
        on(OpenLogin.self) { call, _ throws(LauncherError) in await logins.open(call) }
        on(AnswerLogin.self) { call, context throws(LauncherError) in
            await logins.answer(call, secrets: context.secrets)
        }
        on(CancelLogin.self) { call, _ throws(LauncherError) in
            await logins.cancel(call)
        }
        on(CloseLogin.self) { call, _ throws(LauncherError) in
            await logins.close(call)
        }
    }
}
