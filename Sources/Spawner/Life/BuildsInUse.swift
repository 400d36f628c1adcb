import Docker
import LauncherProtocol

extension Spawner {
    /// The identities of the builds that containers of this installation have mounted, stopped ones too, with a
    /// personal layer over them or without. What is mounted says so besides the labels, which earlier launchers gave
    /// to none: a build's directory has its identity for a name.
    ///
    /// - Parameter uid: Whose servers; nil for everybody's.
    public func buildsInUse(by uid: UInt32? = nil) async throws(LauncherError) -> Set<String> {
        let labels = [installationLabel] + (uid.map { [ServerLabels.owned(by: $0)] } ?? [])
        do throws(DockerError) {
            let volumes = try await engine.volumes(labels: [installationLabel])
            var builds: Set<String> = []
            for container in try await engine.containers(labels: labels) {
                do throws(DockerError) {
                    let details = try await engine.inspect(container)
                    let overlaid = details.volumes.compactMap { volumes[$0].flatMap(OverlayVolume.lower) }
                    let mounted = (details.hostPaths + overlaid).filter { $0.hasPrefix(configuration.state + "/store/") }
                    builds.formUnion(mounted.map { String($0.split(separator: "/").last ?? "") })
                    if let build = details.labels[ServerLabels.build], !build.isEmpty { builds.insert(build) }
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
