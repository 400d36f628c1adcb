import Docker
import Foundation
import LauncherProtocol

extension ServerRecord {
    /// A server as the engine's labels tell it; nil for a container that is none.
    init?(_ container: ContainerDetails, runtime: String) {
        guard let labels = ServerLabels(container.labels), let secret = container.environment["BERTH_SECRET"] else { return nil }
        let isHubClient = container.environment[HubClient.mark]?.isEmpty == false
        self.init(
            id: labels.id, uid: labels.uid, container: container.name,
            socketDirectory: ServerDirectory(runtime: runtime, id: labels.id, uid: labels.uid).socket,
            socketName: ContainerPaths.socketName, secret: secret,
            apiToken: isHubClient ? container.environment[HubClient.tokenVariable] : nil, profile: labels.profile,
            environment: labels.environment.isEmpty ? nil : labels.environment,
            environmentVersion: labels.version.isEmpty ? nil : labels.version,
            started: container.state.started, running: container.state.running)
    }

    /// False for a container that is only just made, or was left by a launcher that ended in between.
    var hasStarted: Bool { started > 0 }
}
