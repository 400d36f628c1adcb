import LauncherProtocol
import Secrets

/// Walks a PAM conversation as far as it goes without the person.
struct LoginWalk {
    let launcher: any LauncherCalling

    /// Where the walk stands.
    enum Stop {
        /// The person has to answer the prompts of `pending`.
        case ask(PendingLogin)
        case success(account: Account, session: String, messages: [LoginMessage])
        case failure
        case tooMany(retryAfter: Int)
    }

    /// From `step` to the next point where the person is needed, or to the end. The first
    /// hidden prompt takes the password that was typed into the first form.
    func walk(from step: LoginStep, _ pending: PendingLogin) async throws(LauncherError) -> Stop {
        var pending = pending
        var step = step
        var told: [LoginMessage] = []
        while true {
            switch step {
            case .failure: return .failure
            case .tooMany(let seconds): return .tooMany(retryAfter: seconds)
            case .success(let account, let session, let messages):
                return .success(account: account, session: session, messages: told + messages)
            case .ask(let messages):
                pending.messages = told + messages
                pending.prepared = [:]
                let prompts = pending.prompts
                if let password = pending.password, let hidden = prompts.firstIndex(where: { $0.style == .echoOff }) {
                    pending.prepared[hidden] = password
                    pending.password = nil
                }
                guard pending.prepared.count == prompts.count else { return .ask(pending) }
                told = pending.messages.filter { !$0.isPrompt }
                let answers = prompts.indices.compactMap { pending.prepared[$0] }
                pending.prepared = [:]
                step = try await launcher.call(AnswerLogin(login: pending.login), secrets: answers) { _ in }
            }
        }
    }

    /// The same after the person has answered: `typed` by the prompt's place among the prompts.
    func answer(_ pending: PendingLogin, typed: [Int: Secret]) async throws(LauncherError) -> Stop {
        let answers = pending.prompts.indices.map { pending.prepared[$0] ?? typed[$0] ?? Secret("") }
        let step = try await launcher.call(AnswerLogin(login: pending.login), secrets: answers) { _ in }
        return try await walk(from: step, pending)
    }
}
