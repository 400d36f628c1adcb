import LauncherProtocol
import Spawner
import Store

extension LauncherHandlers {
    /// Answers which servers run with what is no longer current.
    mutating func answerOutdatedServers(with access: EnvironmentAccess, _ spawner: Spawner) {
        on(ListOutdatedServers.self) { call, context throws(LauncherError) in
            let actor = try await access.actor(named: call.account, for: context.caller)
            return try await access.outdated(try await spawner.running(by: actor.uid), of: actor, with: call.environment)
        }
    }
}

extension EnvironmentAccess {
    /// Those of `running` that a restart would give another build, which administrators may have pinned.
    ///
    /// - Parameter environment: Which environment alone; nil for all.
    func outdated(
        _ running: [Spawner.RunningServer], of actor: Account, with environment: String?
    ) async throws(LauncherError) -> [OutdatedServer] {
        var wanted: String?
        if let environment { wanted = try await subject(environment, actor: actor, needs: .use).path }
        var found: [OutdatedServer] = []
        for server in running where server.record.id.owner == actor.name {
            // What is gone or no longer shared is not what a restart would give them.
            guard let reference = server.record.environment, let version = server.record.environmentVersion,
                let subject = try? await subject(reference, actor: actor, needs: .use), wanted == nil || subject.path == wanted,
                let build = try? await store.build(
                    of: subject.name, version: await assignedVersion(of: subject), for: subject.owner.uid),
                build != server.build
            else { continue }
            found.append(OutdatedServer(id: server.record.id, environment: reference, version: version))
        }
        return found.sorted { $0.id.name < $1.id.name }
    }
}
