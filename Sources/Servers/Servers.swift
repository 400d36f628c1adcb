import Foundation
import LauncherProtocol
import Logging
import Synchronization

/// All servers that the gateway knows: starts and stops them through the launcher, adopts
/// what it reports, and tells who waits.
///
/// ```swift
/// let servers = Servers(launcher: client, startTimeout: 120, logger: logger)
/// servers.onChange { proxy.publish(…) }
/// await servers.run()
/// ```
public final class Servers: Sendable {
    let launcher: any LauncherCalling
    let startTimeout: Double
    let logger: Logger
    let entries = Mutex<[ServerID: Entry]>([:])
    let settlement = Settlement()
    let waiting = WaitingStarts()
    private let listeners = Mutex<[@Sendable ([ServerRecord]) -> Void]>([])
    private let followers = Mutex<[@Sendable (ServerID, ServerLife.State, ServerLife.State) -> Void]>([])

    /// - Parameter startTimeout: how long Jupyter may take to its first answer once its container runs, in seconds.
    public init(launcher: any LauncherCalling, startTimeout: Double, logger: Logger) {
        self.launcher = launcher
        self.startTimeout = startTimeout
        self.logger = logger
    }

    /// What belongs to one server.
    struct Entry {
        var life = ServerLife()
        var profile: String?
        var environment: String?
        var history = EventHistory<ServerEvent>()
        var step: ServerStep?
        var start: Task<Void, Never>?
        var probe: ReadinessProbe?
        var use = ServerUse()
    }

    /// Calls `handler` with the servers that are ready now, and again after each change, in order.
    /// The handler must not start or stop servers itself.
    public func onChange(_ handler: @escaping @Sendable ([ServerRecord]) -> Void) {
        listeners.withLock {
            $0.append(handler)
            handler(ready)
        }
    }

    /// Calls `handler` at every change of a server's state, with the state before and after, in
    /// order, and in the task that brings it about where there is one. The handler must not call
    /// servers itself.
    public func onTransition(_ handler: @escaping @Sendable (ServerID, ServerLife.State, ServerLife.State) -> Void) {
        followers.withLock { $0.append(handler) }
    }

    /// The servers whose Jupyter answers.
    public var ready: [ServerRecord] {
        entries.withLock { $0.values.compactMap { if case .ready(let record) = $0.life.state { record } else { nil } } }
    }

    /// The servers whose container runs and that ask the API, with what they prove themselves with.
    public var apiTokens: [(id: ServerID, token: String)] {
        entries.withLock { entries in
            entries.compactMap { id, entry in
                switch entry.life.state {
                case .starting(let record?), .ready(let record): record.apiToken.map { (id, $0) }
                default: nil
                }
            }
        }
    }

    /// How the server stands; one that nobody ever heard of is stopped.
    public func status(of id: ServerID) -> ServerStatus {
        entries.withLock { entries in entries[id].map { Self.status(of: id, $0) } }
            ?? ServerStatus(id: id, state: .stopped, step: nil, profile: nil, environment: nil)
    }

    /// Every server that is not stopped, by owner and name.
    public var all: [ServerStatus] {
        entries.withLock { entries in
            entries.filter { $0.value.life.state != .stopped }.map { Self.status(of: $0.key, $0.value) }
        }.sorted { ($0.id.owner, $0.id.name) < ($1.id.owner, $1.id.name) }
    }

    /// Every server of `owner` that is not stopped, by name.
    public func statuses(of owner: String) -> [ServerStatus] {
        entries.withLock { entries in
            entries.filter { $0.key.owner == owner && $0.value.life.state != .stopped }.map { Self.status(of: $0.key, $0.value) }
        }.sorted { $0.id.name < $1.id.name }
    }

    private static func status(of id: ServerID, _ entry: Entry) -> ServerStatus {
        var status = ServerStatus(
            id: id, state: entry.life.state, step: entry.step, profile: entry.profile, environment: entry.environment)
        if let record = status.ready {
            status.lastActivity = max(record.started, entry.use.lastActivity ?? 0)
            status.ending = entry.use.ending
        }
        return status
    }

    /// Begins to start a server and returns at once; ``events(of:)`` tells how it goes. One that
    /// is starting, ready or stopping is left alone.
    public func start(_ id: ServerID, profile: String?, environment: String?) {
        handle(.startWanted(profile: profile, environment: environment), for: id) { entry in
            entry.profile = profile
            entry.environment = environment
        }
    }

    /// Stops a server, or gives its start up; returns when its container is gone.
    public func stop(_ id: ServerID) async throws(LauncherError) {
        guard handle(.stopWanted, for: id) || status(of: id).isStopping else { return }
        for await event in events(of: id) {
            if case .failed(let failure) = event { throw LauncherError(failure.kind, failure.reason, log: failure.log) }
        }
    }

    /// The steps of the present start, those that passed first, to ready, failed or stopped.
    public func events(of id: ServerID) -> AsyncStream<ServerEvent> {
        entries.withLock { $0[id, default: Entry()].history }.follow()
    }

    /// Feeds the machine and carries its actions out. Returns whether the state changed.
    @discardableResult
    func handle(_ event: ServerLife.Event, for id: ServerID, changing: (inout Entry) -> Void = { _ in }) -> Bool {
        let (before, after, actions) = entries.withLock { entries in
            var entry = entries[id, default: Entry()]
            let before = entry.life.state
            let actions = entry.life.handle(event)
            if before != entry.life.state {
                changing(&entry)
                if case .containerRuns(let record) = event {
                    entry.profile = record.profile
                    entry.environment = record.environment
                    if entry.use.container != record.container { entry.use = ServerUse(container: record.container) }
                }
                Self.tell(before, &entry)
                // What changed nothing is no reason to know a server: names come from everywhere.
                entries[id] = entry
                for follower in followers.withLock({ $0 }) { follower(id, before, entry.life.state) }
            }
            return (before, entry.life.state, actions)
        }
        if Self.isReady(before) != Self.isReady(after) || (Self.isReady(after) && before != after) { announce() }
        for action in actions { perform(action, for: id) }
        // Its GPUs may be free now.
        if before != after, after == .stopped || Self.isFailed(after) { waiting.wake() }
        return before != after
    }

    private static func isReady(_ state: ServerLife.State) -> Bool { if case .ready = state { true } else { false } }

    private static func isFailed(_ state: ServerLife.State) -> Bool { if case .failed = state { true } else { false } }

    private static func tell(_ before: ServerLife.State, _ entry: inout Entry) {
        switch entry.life.state {
        case .starting(let record):
            if case .starting = before {
            } else {
                entry.history = EventHistory()
                entry.step = nil
            }
            guard record != nil else { return }
            let step = ServerStep(phase: .waiting, message: "JupyterLab is starting", percent: max(85, entry.step?.percent ?? 0))
            entry.step = step
            entry.history.tell(.progress(step))
        case .ready: entry.history.tell(.ready, last: true)
        case .failed(let failure): entry.history.tell(.failed(failure), last: true)
        case .stopped: entry.history.tell(.stopped, last: true)
        case .stopping: if entry.history.isFinished { entry.history = EventHistory() }
        }
    }

    private func announce() {
        listeners.withLock { listeners in
            let ready = ready
            for listener in listeners { listener(ready) }
        }
    }
}
