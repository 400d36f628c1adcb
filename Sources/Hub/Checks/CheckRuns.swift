import Accounts
import Checks
import Environments
import LauncherProtocol
import Phrases
import Servers
import Synchronization

/// Checks of recipes that programs have asked for: how far they are, and what was found.
final class CheckRuns: Sendable {
    private let launcher: any LauncherCalling
    private let patience: Duration
    private let runs = Mutex<[Run]>([])

    private enum Bound {
        /// Checks of one account at a time; what they solve and build waits for its turn at the launcher.
        static let atOnce = 4
        /// Seconds until it makes sense to ask again.
        static let retry = 10
    }

    /// - Parameter patience: How long a check goes on when the last who followed it has hung up.
    init(launcher: any LauncherCalling, patience: Duration = .seconds(30)) {
        self.launcher = launcher
        self.patience = patience
    }

    /// One check.
    final class Run: Followed, Sendable {
        let id = RandomText.identifier()
        let account: String
        let events = EventHistory<Event>(limit: 2000)
        private let patience: Duration
        private let state = Mutex(State())

        private struct State {
            var work: Task<Void, Never>?
            var followers = 0
            /// Runs from when the last follower has left.
            var clock: Task<Void, Never>?
        }

        init(account: String, patience: Duration) {
            self.account = account
            self.patience = patience
        }

        var isOver: Bool { events.isFinished }

        func start(_ work: @escaping @Sendable () async -> Void) { state.withLock { $0.work = Task { await work() } } }

        /// All that is told. Where everybody who followed has gone and nobody comes back, nobody wants to know any more.
        func follow() -> AsyncStream<Event> {
            state.withLock { state in
                state.followers += 1
                state.clock?.cancel()
            }
            return AsyncStream { continuation in
                let source = Task {
                    for await event in events.follow() { continuation.yield(event) }
                    continuation.finish()
                }
                continuation.onTermination = { _ in
                    source.cancel()
                    self.leave()
                }
            }
        }

        private func leave() {
            state.withLock { state in
                state.followers -= 1
                guard state.followers == 0, !isOver else { return }
                state.clock = Task {
                    do { try await Task.sleep(for: patience) } catch { return }
                    giveUp("Whoever followed this check has hung up, so it was given up.")
                }
            }
        }

        /// Ends what is under way.
        func giveUp(_ reason: Phrase) {
            events.tell(.failed(LauncherError(.unavailable, reason)), last: true)
            state.withLock(\.work)?.cancel()
        }
    }

    /// What is told about a check.
    enum Event: Sendable {
        case progress(BuildProgress)
        /// Something went well.
        case told(Phrase)
        case done(LintReport, shorter: MinimalRecipe?)
        /// Nobody could try; the recipe may be good.
        case failed(LauncherError)
    }

    /// Begins a check, unless the account has several under way.
    ///
    /// - Parameter file: What the findings call the recipe.
    func begin(_ check: RecipeCheck, of file: String, for account: String) throws(HubError) -> Run {
        let run = Run(account: account, patience: patience)
        let isBegun = runs.withLock { runs in
            guard runs.count(where: { $0.account == account && !$0.isOver }) < Bound.atOnce else { return false }
            runs.remember(run)
            return true
        }
        guard isBegun else {
            var error = HubError(
                .tooManyRequests, "\(Bound.atOnce) of your checks are under way already. Wait for one to end, then try again.")
            error.retryAfter = Bound.retry
            throw error
        }
        let attempt = Attempt(
            launcher: launcher, account: account, progress: { run.events.tell(.progress($0)) }, tell: { run.events.tell(.told($0)) })
        run.start {
            var check = check
            do throws(LauncherError) {
                try await check.carryOut(attempt)
                run.events.tell(.done(LintReport(file: file, findings: check.findings), shorter: check.shorter), last: true)
            } catch {
                run.events.tell(.failed(error), last: true)
            }
        }
        return run
    }

    /// The check of this identifier, whosesoever; nil where there is none.
    func run(_ id: String) -> Run? { runs.withLock { runs in runs.first { $0.id == id } } }
}

extension CheckRuns.Event {
    func json(_ texts: TextCatalog) -> JSONValue {
        switch self {
        case .progress(let progress): Builds.Event.progress(progress).json(texts)
        case .told(let words): ["phase": "told", "message": .string(texts(words)), "progress": .null]
        case .done(let report, let shorter):
            [
                "phase": "done", "progress": 100, "ready": true, "message": "", "worst": JSONValue(report.worst?.rawValue),
                "findings": JSONValue(encoding: report.entries), "minimal": JSONValue(shorter),
            ]
        case .failed(let error): Builds.Event.failed(error).json(texts)
        }
    }
}

extension JSONValue {
    /// The shorter recipe that solves to the same lock; null where there is none.
    init(_ shorter: MinimalRecipe?) {
        self =
            shorter.map {
                ["recipe": .string($0.text), "superfluous": .array($0.superfluous.sorted().map { .string($0) })]
            } ?? .null
    }
}
