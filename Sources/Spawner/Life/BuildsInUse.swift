import Docker
import LauncherProtocol

extension Spawner {
    /// The identities of the builds that containers of this installation have mounted, stopped ones too: a
    /// build always appears at `/opt/berth/envs/HASH`, with a personal layer over it or without.
    ///
    /// - Parameter uid: Whose servers; nil for everybody's.
    public func buildsInUse(by uid: UInt32? = nil) async throws(LauncherError) -> Set<String> {
        let prefix = "/opt/berth/envs/"
        let labels = [installationLabel] + (uid.map { [ServerLabels.owned(by: $0)] } ?? [])
        do throws(DockerError) {
            var builds: Set<String> = []
            for container in try await engine.containers(labels: labels) {
                do throws(DockerError) {
                    let targets = try await engine.inspect(container).mountTargets
                    builds.formUnion(targets.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) })
                } catch .notFound {
                    // It went in between, and needs nothing any more.
                    continue
                }
            }
            return builds
        } catch {
            throw LauncherError(
                .unavailable, "The engine can't say which environments are in use, so nothing is removed: \(error.description)")
        }
    }
}
