import Environments
import LauncherProtocol
import Phrases

/// Who tries a recipe, and where it is told how that goes.
public struct Attempt: Sendable {
    let launcher: any LauncherCalling
    let account: String
    let environment: String?
    let progress: @Sendable (BuildProgress) -> Void
    let tell: @Sendable (Phrase) -> Void

    /// - Parameters:
    ///   - environment: Whose next version it would be; nil for none.
    ///   - tell: Gets a line where something went well.
    public init(
        launcher: any LauncherCalling, account: String, environment: String? = nil,
        progress: @escaping @Sendable (BuildProgress) -> Void = { _ in }, tell: @escaping @Sendable (Phrase) -> Void = { _ in }
    ) {
        self.launcher = launcher
        self.account = account
        self.environment = environment
        self.progress = progress
        self.tell = tell
    }

    /// What a recipe comes to; nil in place of a lock that can't be read.
    public func solve(_ text: String, for target: SolveTarget) async throws(LauncherError) -> (outcome: SolveRecipe.Outcome, lock: Lock?) {
        try await solve(text, for: target, condaAlone: false)
    }

    func solve(
        _ text: String, for target: SolveTarget, condaAlone: Bool
    ) async throws(LauncherError) -> (outcome: SolveRecipe.Outcome, lock: Lock?) {
        let call = SolveRecipe(account: account, recipe: text, environment: environment, target: target, condaAlone: condaAlone)
        let solved = try await launcher.call(call, progress: progress)
        return (solved, try? Lock(json: solved.lock))
    }

    func build(_ text: String, for target: SolveTarget, imports: Bool) async throws(LauncherError) -> TryRecipe.Outcome {
        try await launcher.call(TryRecipe(account: account, recipe: text, target: target, imports: imports), progress: progress)
    }
}
