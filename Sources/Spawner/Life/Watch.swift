import Docker
import Foundation
import LauncherProtocol

extension Spawner {
    /// Reports every server there is, then ``ServerChange/settled``, then changes as the engine
    /// reports them. Carries on where the engine restarts. Ends when the task is cancelled.
    public func watch(_ report: @escaping @Sendable (ServerChange) -> Void) async {
        var watch = Watch(spawner: self, report: report)
        var lastReason: DockerError?
        while !Task.isCancelled {
            do throws(DockerError) {
                try await watch.follow()
            } catch .cancelled {
                return
            } catch {
                if error != lastReason { logger.warning("Servers can't be watched; trying again", metadata: ["reason": "\(error)"]) }
                lastReason = error
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }
}

/// One watcher's view of the servers: what it has been told.
private struct Watch {
    let spawner: Spawner
    let report: @Sendable (ServerChange) -> Void
    private var known = ReportedServers()
    private var isSettled = false

    init(spawner: Spawner, report: @escaping @Sendable (ServerChange) -> Void) {
        self.spawner = spawner
        self.report = report
    }

    /// Looks, then follows the engine's events until it goes away.
    mutating func follow() async throws(DockerError) {
        // The engine repeats what happens between the look and the first event.
        let beginning = Date().timeIntervalSince1970
        try await look()
        if !isSettled {
            isSettled = true
            report(.settled)
        }
        var filter = Engine.EventFilter()
        filter.labels = [spawner.installationLabel]
        filter.actions = ["start", "die", "destroy"]
        var failure: DockerError?
        try await spawner.engine.followEvents(filter, since: beginning) { event in
            do throws(DockerError) { try await take(event) } catch { failure = error }
            return failure == nil
        }
        if let failure { throw failure }
    }

    private mutating func look() async throws(DockerError) {
        let servers = try await spawner.servers()
        for id in known.vanished(present: Set(servers.map(\.details.id))) { report(.removed(id)) }
        for server in servers where server.record.hasStarted { try await tell(server) }
    }

    private mutating func take(_ event: ContainerEvent) async throws(DockerError) {
        let silence = spawner.quiet[event.container]
        switch event.action {
        case "destroy":
            guard let id = known.forget(event.container), silence != .everything else { return }
            report(.removed(id))
        case "die" where silence != nil:
            return
        default:
            if let server = try await spawner.server(event.container) { try await tell(server) }
        }
    }

    private mutating func tell(_ server: Server) async throws(DockerError) {
        guard known.isNews(server.details.id, server.record) else { return }
        let change = server.record.running ? .running(server.record) : try await exit(of: server)
        // What the engine could not tell in full is told by the next look.
        known.note(server.details.id, server.record)
        report(change)
    }

    private func exit(of server: Server) async throws(DockerError) -> ServerChange {
        let state = server.details.state
        let log = try await spawner.engine.logLines(of: server.details.id, last: 50).map(\.text)
        let isOutOfMemory = try await spawner.engine.ranOutOfMemory(
            server.details.id, exitCode: state.exitCode, since: state.started)
        let reason = ExitReason(
            exitCode: state.exitCode, isOutOfMemory: isOutOfMemory, engineError: state.error,
            image: server.details.image, environment: server.record.environment ?? "", log: log)
        return .exited(server.record.id, reason: reason.text, log: log, cause: reason.cause)
    }
}

/// What a watcher knows already, by container.
struct ReportedServers {
    private struct Entry {
        let id: ServerID
        let started: Double
        let running: Bool
    }

    private var entries: [String: Entry] = [:]

    /// Whether this is not what was told of the container last.
    func isNews(_ container: String, _ record: ServerRecord) -> Bool {
        let last = entries[container]
        return last?.running != record.running || last?.started != record.started
    }

    /// Notes that this was told.
    mutating func note(_ container: String, _ record: ServerRecord) {
        entries[container] = Entry(id: record.id, started: record.started, running: record.running)
    }

    /// Whose container this was; nil for one that nobody was told of.
    mutating func forget(_ container: String) -> ServerID? {
        entries.removeValue(forKey: container)?.id
    }

    /// Forgets the containers that are not present any more, and tells which servers went with them.
    mutating func vanished(present: Set<String>) -> [ServerID] {
        let gone = entries.filter { !present.contains($0.key) }
        for container in gone.keys { entries[container] = nil }
        let left = Set(entries.values.map(\.id))
        return Set(gone.values.map(\.id)).subtracting(left).sorted { ($0.owner, $0.name) < ($1.owner, $1.name) }
    }
}
