import Docker
import LauncherProtocol

/// One server: what the gateway is told, and what the engine says.
struct Server: Sendable {
    let record: ServerRecord
    let details: ContainerDetails
}

extension Spawner {
    /// A running server, with the identity of the build that it has mounted; empty for the image's own.
    public struct RunningServer: Sendable {
        public let record: ServerRecord
        public let build: String
    }

    /// The running servers of an account.
    public func running(by uid: UInt32) async throws(LauncherError) -> [RunningServer] {
        let labels = [installationLabel, ServerLabels.owned(by: uid)]
        return try await onEngine { () async throws(DockerError) in
            var servers: [RunningServer] = []
            for container in try await engine.containers(labels: labels) {
                guard let server = try await server(container), server.record.running else { continue }
                servers.append(RunningServer(record: server.record, build: server.details.labels[ServerLabels.build] ?? ""))
            }
            return servers
        }
    }

    var installationLabel: String { "\(ServerLabels.installation)=\(configuration.state)" }

    /// The servers of this installation, the one started last at the end; of `id` alone if given.
    func servers(_ id: ServerID? = nil) async throws(DockerError) -> [Server] {
        var labels = [installationLabel]
        if let id { labels.append("org.berth.owner=\(id.owner)") }
        var servers: [Server] = []
        for container in try await engine.containers(labels: labels) {
            guard let server = try await server(container), id == nil || server.record.id == id else { continue }
            servers.append(server)
        }
        return servers.sorted { $0.record.started < $1.record.started }
    }

    /// The server in this container; nil where it is gone or no server.
    func server(_ container: String) async throws(DockerError) -> Server? {
        do {
            let details = try await engine.inspect(container)
            return ServerRecord(details, runtime: configuration.runtime).map { Server(record: $0, details: details) }
        } catch .notFound {
            return nil
        }
    }
}
