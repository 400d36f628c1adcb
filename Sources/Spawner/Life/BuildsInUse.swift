import Docker
import LauncherProtocol

extension Spawner {
    /// The identities of the builds that containers of this installation have mounted, stopped ones too, with a
    /// personal layer over them or without.
    ///
    /// - Parameter uid: Whose servers; nil for everybody's.
    public func buildsInUse(by uid: UInt32? = nil) async throws(LauncherError) -> Set<String> {
        let labels = [installationLabel] + (uid.map { [ServerLabels.owned(by: $0)] } ?? [])
        do throws(DockerError) {
            var builds: Set<String> = []
            for container in try await engine.containers(labels: labels) {
                do throws(DockerError) {
                    if let build = try await engine.inspect(container).labels[ServerLabels.build], !build.isEmpty { builds.insert(build) }
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
