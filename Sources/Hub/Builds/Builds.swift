import Accounts
import Foundation
import LauncherProtocol
import Servers
import Synchronization

/// Environments being built: who wants which, how far it is, and how it ended.
final class Builds: Sendable {
    private let launcher: any LauncherCalling
    private let builds = Mutex<[Build]>([])

    init(launcher: any LauncherCalling) { self.launcher = launcher }

    /// One build.
    final class Build: Followed, Sendable {
        let id = RandomText.identifier()
        let account: String
        /// What it was asked to be called; empty for the recipe's own name.
        let name: String
        /// What was asked for; nil where it was asked for elsewhere.
        let call: (any LauncherCall)?
        /// How it was begun, where that was not here.
        let way: BegunBuild.Way?
        let events = EventHistory<Event>(limit: 2000)
        /// Seconds since 1970.
        let began: Double
        private let end = Mutex<Double?>(nil)
        /// The launcher's identifier of what was begun elsewhere.
        let elsewhere: String?
        private let work = Mutex(Work())

        private struct Work {
            var task: Task<Void, Never>?
            var canceller: String?
        }

        init(account: String, name: String, call: any LauncherCall) {
            self.account = account
            self.name = name
            self.call = call
            way = nil
            elsewhere = nil
            began = Date().timeIntervalSince1970
        }

        init(_ begun: BegunBuild) {
            account = begun.account
            name = begun.environment
            call = nil
            way = begun.way
            elsewhere = begun.id
            began = begun.began
        }

        /// What is compared; nil where something is built.
        var verification: VerifyEnvironment? { call as? VerifyEnvironment }

        /// Whether what was compared is not what was built.
        var hasFoundDamage: Bool {
            if case .verified(let outcome) = events.past.last { !outcome.differences.isEmpty } else { false }
        }

        /// The recipe that is built, with what goes with it; nil where the launcher has it from elsewhere.
        var edit: CreateEnvironment? { call as? CreateEnvironment }

        /// `OWNER/NAME` of what is built; `OWNER/` where only the recipe says the name.
        var fullName: String { EnvironmentView.fullName(name, of: account) }

        /// Whether `account` may look at it: whoever builds, and whose environment it is.
        func isSeen(by account: String) -> Bool { self.account == account || fullName.hasPrefix(account + "/") }

        var isOver: Bool { events.isFinished }

        /// Whether it can be cancelled; a comparison ends by itself.
        var isCancellable: Bool { !isOver && verification == nil }

        fileprivate func start(_ body: @escaping @Sendable () async -> Void) { work.withLock { $0.task = Task { await body() } } }

        /// Ends what is under way here. What it ends with comes when nothing of it is left.
        fileprivate func cancel(by name: String) {
            let task = work.withLock { work in
                work.canceller = work.canceller ?? name
                return work.task
            }
            task?.cancel()
        }

        /// Who has cancelled it.
        fileprivate var canceller: String? { work.withLock(\.canceller) }

        /// Why it failed; nil as long as it has not.
        var failure: LauncherError? {
            for case .failed(let error) in events.past { return error }
            return nil
        }

        /// When it ended, in seconds since 1970; nil while it is under way.
        var ended: Double? { end.withLock(\.self) }

        var state: State {
            switch events.past.last {
            case .done, .verified: .finished
            case .failed: .failed
            case .progress, nil: .running
            }
        }

        /// Waits until it is judged whether the build began from the current version.
        ///
        /// - Returns: Why not, where somebody saved meanwhile; nil where it goes on, or where that is not known soon.
        func outdated(within time: Duration = .seconds(5)) async -> LauncherError? {
            guard edit?.base != nil else { return nil }
            return await withTaskGroup { group in
                group.addTask { [events] () -> LauncherError? in
                    for await event in events.follow() {
                        switch event {
                        case .progress(let step) where step.phase == .reading: continue
                        case .failed(let error): if case .newerVersion = error.obstacle { return error } else { return nil }
                        case .progress, .done, .verified: return nil
                        }
                    }
                    return nil
                }
                group.addTask {
                    try? await Task.sleep(for: time)
                    return nil
                }
                defer { group.cancelAll() }
                return await group.next() ?? nil
            }
        }

        func tell(last event: Event) {
            end.withLock { $0 = Date().timeIntervalSince1970 }
            events.tell(event, last: true)
        }
    }

    /// How a build stands.
    enum State: String, Sendable, CaseIterable { case running, failed, finished }

    /// What is told about a build.
    enum Event: Sendable {
        case progress(BuildProgress)
        /// It is there; with the servers that still run what was there before.
        case done(EnvironmentSummary, outdated: [OutdatedServer])
        /// What was built was compared with what is there.
        case verified(VerifyEnvironment.Outcome)
        case failed(LauncherError)
    }

    /// Begins what `call` builds, unless the account has a build under way.
    func begin<Call: LauncherCall>(
        account: String, name: String, _ call: Call
    ) throws(HubError) -> Build where Call.Progress == BuildProgress, Call.Outcome == EnvironmentSummary {
        try begin(account: account, name: name, call) { [launcher] summary in
            let outdated = try? await launcher.call(ListOutdatedServers(account: account, environment: summary.name))
            return .done(summary, outdated: outdated ?? [])
        }
    }

    /// Begins to compare what was built with what is there; that takes about as much of the host.
    func begin(_ call: VerifyEnvironment) throws(HubError) -> Build {
        try begin(account: call.account, name: call.environment, call) { .verified($0) }
    }

    private func begin<Call: LauncherCall>(
        account: String, name: String, _ call: Call, end: @escaping @Sendable (Call.Outcome) async -> Event
    ) throws(HubError) -> Build where Call.Progress == BuildProgress {
        let build = Build(account: account, name: name, call: call)
        let began = builds.withLock { builds in
            guard !builds.contains(where: { $0.account == account && $0.way == nil && !$0.events.isFinished }) else { return false }
            builds.remember(build)
            return true
        }
        guard began else {
            throw HubError(
                .conflict, "One of your environments is being built or verified already. Wait for it to end or cancel it, then try again.")
        }
        build.start { [launcher] in
            do throws(LauncherError) {
                let outcome = try await launcher.call(call) { build.events.tell(.progress($0)) }
                build.tell(last: await end(outcome))
            } catch {
                build.tell(last: .failed(build.canceller.map(LauncherError.cancelled) ?? error))
            }
        }
        return build
    }

    /// Ends a build; one that is over stays as it ended.
    /// - Parameter name: Who wants it, which was judged before.
    func cancel(_ build: Build, by name: String) async throws {
        guard !build.isOver else { return }
        guard build.isCancellable else {
            throw HubError(.conflict, "A comparison with what was built can't be cancelled; it ends by itself.")
        }
        if let id = build.elsewhere {
            do throws(LauncherError) { _ = try await launcher.call(CancelBuild(account: name, build: id)) } catch {
                guard error.kind == .notFound else { throw error }
            }
        } else {
            build.cancel(by: name)
        }
    }

    /// Takes a build in that was begun elsewhere.
    func add(_ build: Build) { builds.withLock { $0.remember(build) } }

    /// The build of this identifier, whosesoever; nil where there is none.
    func build(_ id: String) -> Build? { builds.withLock { builds in builds.first { $0.id == id } } }

    /// Those whose account or name has `text` in it and that stand as `state` says, the newest first.
    func all(matching text: String = "", state: State? = nil) -> [Build] {
        builds.withLock(\.self).reversed().filter { build in
            (state == nil || build.state == state)
                && (text.isEmpty || "\(build.account) \(build.fullName)".localizedCaseInsensitiveContains(text))
        }
    }

    /// How many are under way, of everybody.
    var countUnderWay: Int { builds.withLock { builds in builds.count { !$0.events.isFinished } } }

    /// The build under way, if any.
    func underWay(of account: String) -> Build? {
        builds.withLock { builds in builds.first { $0.account == account && !$0.events.isFinished } }
    }

    /// The builds of one environment that are under way, and its last one where that has failed or found damage.
    /// - Parameter fullName: `OWNER/NAME`.
    func recent(of fullName: String) -> [Build] {
        let all = builds.withLock(\.self).reversed().filter { $0.fullName == fullName }
        return all.filter { !$0.events.isFinished } + all.prefix(1).filter { $0.state == .failed || $0.hasFoundDamage }
    }
}

extension Builds.Event {
    /// For the page's script and for API clients.
    func json(_ texts: TextCatalog) -> JSONValue {
        switch self {
        case .progress(let progress):
            [
                "phase": .string(progress.phase.rawValue), "message": .string(texts(progress.message)),
                "progress": progress.percent.map { .number(Double($0)) } ?? .null,
            ]
        case .done(let summary, let outdated):
            [
                "phase": "done", "progress": 100, "ready": true,
                "message": .string(outdated.map { texts($0.sentence) }.joined(separator: "\n")), "environment": .string(summary.name),
                "url": .string(EnvironmentView.path(summary.name)), "earlier_layers": .number(Double(summary.layers.earlier)),
                "notices": .array(summary.notices.map { .string(texts($0)) }),
                "outdated_servers": .array(
                    outdated.map { ["name": .string($0.id.name), "version": .string($0.version)] as JSONValue }),
            ]
        case .verified(let outcome):
            [
                "phase": "done", "progress": 100, "ready": true, "message": .string(texts(outcome.inShort)),
                "differences": .number(Double(outcome.differences.count)),
            ]
        case .failed(let error):
            .object(
                [
                    "failed": true, "message": .string(texts(error.message)), "log": .array(error.log.map { .string($0) }),
                    "places": .array(error.places.map { $0.json(texts) }),
                ].merging(error.obstacle?.json ?? [:]) { $1 })
        }
    }
}

extension BuildProgress {
    /// How far the whole build is, by what its phases usually take; nil where that is not known.
    var percent: Int? {
        let share: (start: Double, end: Double)? =
            switch phase {
            case .waiting: nil
            case .reading: (0, 2)
            case .solving: (2, 15)
            case .downloading: (15, 50)
            case .linking: (50, 70)
            case .pip: (70, 85)
            case .compiling: (85, 95)
            case .verifying: (95, 99)
            case .done: (100, 100)
            case .comparing: (0, 100)
            }
        return share.map { Int($0.start + ($0.end - $0.start) * min(max(fraction ?? 0, 0), 1)) }
    }
}
