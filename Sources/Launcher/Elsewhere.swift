import Foundation
import LauncherProtocol
import Synchronization

/// What is built and decided past the gateway, by the command line and by pushes, told to whoever watches.
final class Elsewhere: Sendable {
    private struct UnderWay {
        let build: BegunBuild
        var last: BuildProgress?
        /// What ends it.
        let cancel: @Sendable () -> Void
        /// Who has.
        var canceller: String?
    }

    private struct State {
        var underWay: [String: UnderWay] = [:]
        var watchers: [UUID: AsyncStream<ElsewhereNews>.Continuation] = [:]
        /// What was decided and ended while nobody watched: the gateway was being started again.
        private(set) var untold: [ElsewhereNews] = []

        mutating func tell(_ news: ElsewhereNews...) {
            if watchers.isEmpty { untold = (untold + news).suffix(Bound.untold) }
            for watcher in watchers.values { for one in news { watcher.yield(one) } }
        }

        mutating func takeUntold() -> [ElsewhereNews] {
            defer { untold = [] }
            return untold
        }
    }

    private enum Bound {
        static let untold = 1000
    }

    private let state = Mutex(State())

    /// Does what builds an environment. The gateway knows of what it has asked for itself.
    func carryOut<Call: LauncherCall>(
        _ context: CallContext<Call>, for account: String, _ environment: String,
        _ build: @escaping @Sendable (@escaping @Sendable (BuildProgress) -> Void) async throws(LauncherError) -> EnvironmentSummary
    ) async throws(LauncherError) -> EnvironmentSummary where Call.Progress == BuildProgress {
        guard context.caller.role != .gateway else { return try await build(context.report) }
        let (goes, go) = AsyncStream.makeStream(of: String.self)
        let work = Task { () async -> Result<EnvironmentSummary, LauncherError> in
            for await id in goes {
                do throws(LauncherError) {
                    let summary = try await build { [self] progress in
                        report(progress, of: id)
                        context.report(progress)
                    }
                    return .success(summary)
                } catch { return .failure(error) }
            }
            return .failure(LauncherError(.unavailable, "The request was given up."))
        }
        let id = begin(account, environment, .commandLine, call: Call.name, by: context.caller) { work.cancel() }
        go.yield(id)
        let result = await withTaskCancellationHandler {
            await work.value
        } onCancel: {
            cancel(id)
        }
        return try end(id, result).get()
    }

    /// A build begins; the identifier is what its reports and its end are told with.
    /// - Parameters:
    ///   - caller: nil for the account itself.
    ///   - cancel: What ends it.
    func begin(
        _ account: String, _ environment: String, _ way: BegunBuild.Way, call: String, by caller: Caller? = nil,
        cancel: @escaping @Sendable () -> Void = {}
    ) -> String {
        let build = BegunBuild(
            id: UUID().uuidString, account: account, who: caller.map { Self.name(of: $0, for: account) } ?? account,
            environment: environment, way: way, call: call, began: Date().timeIntervalSince1970)
        state.withLock { state in
            state.underWay[build.id] = UnderWay(build: build, last: nil, cancel: cancel)
            // Whoever watches later is told of all that are under way.
            if !state.watchers.isEmpty { state.tell(.began(build)) }
        }
        return build.id
    }

    func report(_ progress: BuildProgress, of id: String) {
        state.withLock { state in
            guard state.underWay[id] != nil else { return }
            state.underWay[id]?.last = progress
            if !state.watchers.isEmpty { state.tell(.progress(id, progress)) }
        }
    }

    /// It ends, once. Gives what was told: where somebody has cancelled it, who.
    @discardableResult
    func end(_ id: String, _ result: Result<EnvironmentSummary, LauncherError>) -> Result<EnvironmentSummary, LauncherError> {
        state.withLock { state in
            guard let ended = state.underWay.removeValue(forKey: id) else { return result }
            let told = result.mapError { error in ended.canceller.map(LauncherError.cancelled) ?? error }
            let end: ElsewhereNews =
                switch told {
                case .success(let summary): .done(id, summary)
                case .failure(let error): .failed(id, error)
                }
            if state.watchers.isEmpty { state.tell(.began(ended.build), end) } else { state.tell(end) }
            return told
        }
    }

    /// Who began a build, and what it builds; nil where it has ended.
    func build(_ id: String) -> BegunBuild? { state.withLock { $0.underWay[id]?.build } }

    /// Ends a build.
    /// - Parameter canceller: Who wants it; nil for whoever began it.
    func cancel(_ id: String, by canceller: String? = nil) {
        let cancel = state.withLock { state in
            guard let found = state.underWay[id] else { return { @Sendable () -> Void in } }
            state.underWay[id]?.canceller = found.canceller ?? canceller ?? found.build.who
            return found.cancel
        }
        cancel()
    }

    /// Somebody decided something. The gateway knows what it has asked for itself, and a member acts for nobody else.
    func decided(_ what: ElsewhereDecision.What, for account: String?, by caller: Caller) {
        guard caller.role != .gateway else { return }
        tell(ElsewhereDecision(who: Self.name(of: caller, for: account ?? ""), what: what))
    }

    /// The launcher did something that nobody had asked for.
    func decidedByItself(_ what: ElsewhereDecision.What) { tell(ElsewhereDecision(who: nil, what: what)) }

    /// Asks whoever watches to look upstream. An older wish is worth nothing, so none is kept.
    func look() throws(LauncherError) {
        let isHeard = state.withLock { state in
            if !state.watchers.isEmpty { state.tell(.look) }
            return !state.watchers.isEmpty
        }
        guard isHeard else {
            throw LauncherError(.unavailable, "The gateway, which looks upstream, does not run. It looks when it has been started.")
        }
    }

    private func tell(_ decision: ElsewhereDecision) { state.withLock { $0.tell(.decided(decision)) } }

    private static func name(of caller: Caller, for account: String) -> String { caller.role == .member ? account : "root" }

    /// Tells what nobody was told, what is under way, then what happens, until the task is cancelled.
    func watch(_ report: @Sendable (ElsewhereNews) -> Void) async {
        let (news, watcher) = AsyncStream.makeStream(of: ElsewhereNews.self)
        let key = UUID()
        state.withLock { state in
            for news in state.takeUntold() { watcher.yield(news) }
            for one in state.underWay.values {
                watcher.yield(.began(one.build))
                if let last = one.last { watcher.yield(.progress(one.build.id, last)) }
            }
            state.watchers[key] = watcher
        }
        for await one in news { report(one) }
        state.withLock { _ = $0.watchers.removeValue(forKey: key) }
    }
}

extension LauncherHandlers {
    mutating func answerElsewhere(_ elsewhere: Elsewhere, with access: EnvironmentAccess) {
        on(CancelBuild.self) { call, context throws(LauncherError) in
            guard let build = elsewhere.build(call.build) else { throw LauncherError(.notFound, "This build has ended.") }
            if build.account != call.account, !build.environment.hasPrefix(call.account + "/") {
                try await access.requireAdministrator(call.account, for: context.caller)
            }
            elsewhere.cancel(call.build, by: call.account)
            return Done()
        }
        on(WatchElsewhere.self) { _, context throws(LauncherError) in
            await elsewhere.watch(context.report)
            return Done()
        }
        on(LookUpstream.self) { _, _ throws(LauncherError) in
            try elsewhere.look()
            return Done()
        }
        on(TellUpstreamDecision.self) { call, context throws(LauncherError) in
            elsewhere.decided(.upstream(call.decision), for: nil, by: context.caller)
            return Done()
        }
    }

    /// Lets `elsewhere` hear of decisions; their handlers must be there already.
    mutating func tellDecisions(to elsewhere: Elsewhere) {
        observe(ShareEnvironment.self) { elsewhere.decided(.share($0), for: $0.account, by: $1) }
        observe(AssignEnvironment.self) { elsewhere.decided(.assign($0), for: $0.account, by: $1) }
        observe(RemoveEnvironment.self) { elsewhere.decided(.remove($0), for: $0.account, by: $1) }
        observe(BringBackEnvironment.self) { elsewhere.decided(.bringBack($0), for: $0.account, by: $1) }
        observe(DiscardLayer.self) { elsewhere.decided(.discard($0), for: $0.account, by: $1) }
        observe(TagEnvironment.self) { elsewhere.decided(.tag($0), for: $0.account, by: $1) }
        observe(PullImage.self) { elsewhere.decided(.pull($0), for: nil, by: $1) }
        observe(RemoveImage.self) { elsewhere.decided(.removeImage($0), for: nil, by: $1) }
    }
}
