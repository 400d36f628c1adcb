import Audit
import LauncherProtocol
import Secrets
import Synchronization

/// The launcher, with everything noted that people do through it: no page and no API call can
/// bypass the log, because none reaches the launcher another way.
final class WatchedLauncher: LauncherCalling {
    private let launcher: any LauncherCalling
    private let trail: Trail
    /// Log-ins under way, by the launcher's identifier.
    private let attempts = Mutex<[String: Attempt]>([:])

    private struct Attempt {
        let account: String
        let began = ContinuousClock.now
    }

    private enum Bound {
        /// The launcher gives every log-in up long before.
        static let attempt = Duration.seconds(3600)
    }

    init(_ launcher: any LauncherCalling, _ trail: Trail) {
        self.launcher = launcher
        self.trail = trail
    }

    func call<Call: LauncherCall>(
        _ call: Call, secrets: [Secret], progress: @escaping @Sendable (Call.Progress) -> Void
    ) async throws(LauncherError) -> Call.Outcome {
        do throws(LauncherError) {
            let outcome = try await launcher.call(call, secrets: secrets, progress: progress)
            succeeded(call, outcome)
            return outcome
        } catch {
            failed(call, error)
            throw error
        }
    }

    private func succeeded(_ call: some LauncherCall, _ outcome: any Sendable) {
        switch (call, outcome) {
        case (let call as OpenLogin, let opened as OpenLogin.Outcome): take(opened.step, of: opened.login, account: call.account)
        case (let call as AnswerLogin, let step as LoginStep):
            if let account = account(of: call.login) { take(step, of: call.login, account: account) }
        case (let call as CancelLogin, _):
            if let account = account(of: call.login) { trail.note(.login, who: account, result: .refused, note: "given up") }
        case (let call as PullImage, _): trail.note(.pull(call))
        case (let call as RemoveImage, _): trail.note(.removeImage(call))
        case (let call as CollectGarbage, let outcome as CollectGarbage.Outcome): if !call.dryRun { trail.note(.collect(outcome)) }
        case (let call as CloseGit, let outcome as CloseGit.Outcome): note(call, outcome)
        default:
            if let change = EnvironmentChange(call, outcome: outcome) { trail.note(change.kind, on: change.on, note: change.note) }
        }
    }

    private func note(_ call: CloseGit, _ outcome: CloseGit.Outcome) {
        let environment = EnvironmentView.fullName(call.environment, of: call.account)
        if let refusal = outcome.refusal {
            trail.note(.environmentPush, who: call.account, on: environment, result: .refused, note: refusal)
        } else if outcome.version != nil || !outcome.tags.isEmpty {
            let changed = [outcome.version.map { "version \($0)" }].compactMap(\.self) + outcome.tags.map { "release \($0)" }
            trail.note(.environmentPush, who: call.account, on: environment, note: changed.joined(separator: ", "))
        }
    }

    private func failed(_ call: some LauncherCall, _ error: LauncherError) {
        switch call {
        case let call as OpenLogin: trail.note(.login, who: call.account, result: .failed, note: error.message.english)
        case let call as AnswerLogin:
            if let account = account(of: call.login) { trail.note(.login, who: account, result: .failed, note: error.message.english) }
        case let call as PullImage: trail.note(.imagePull, on: call.image, result: .failed, note: error.message.english)
        case let call as RemoveImage: trail.note(.imageRemove, on: call.image, result: .failed, note: error.message.english)
        case let call as CollectGarbage:
            guard !call.dryRun else { return }
            trail.note(.garbageCollect, result: error.kind == .refused ? .refused : .failed, note: error.message.english)
        default:
            if let change = EnvironmentChange(call) {
                trail.note(change.kind, on: change.on, result: error.kind == .refused ? .refused : .failed, note: error.message.english)
            }
        }
    }

    private func take(_ step: LoginStep, of login: String, account: String) {
        switch step {
        case .ask:
            attempts.withLock { attempts in
                attempts = attempts.filter { $0.value.began.duration(to: .now) < Bound.attempt }
                attempts[login] = Attempt(account: account)
            }
        case .success(let account, _, _): trail.note(.login, who: account.name)
        case .failure: trail.note(.login, who: account, result: .refused)
        case .tooMany: trail.note(.login, who: account, result: .refused, note: "too many attempts")
        }
    }

    private func account(of login: String) -> String? { attempts.withLock { $0.removeValue(forKey: login)?.account } }
}
