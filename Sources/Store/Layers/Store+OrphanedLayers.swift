import Environments
import LauncherProtocol

/// What somebody has installed over what no history has: the environment is gone for good, or has become another. Nobody
/// gets it into a server any more, and garbage takes it in the end.
extension Store {
    /// An ``OrphanedLayer``, whose environment has its bare name, and the UID of that one's owner.
    public typealias Orphan = (owner: UInt32, layer: OrphanedLayer)

    /// Those with anything in them, the last changed first. What can't be read is told of too, so that it can be thrown away.
    public func orphanedLayers(of uid: UInt32) async throws(StoreError) -> [Orphan] {
        try await offPool { [self] () throws(StoreError) in
            orphans(of: uid).map { location -> Orphan in
                let files = try? LayerReader.read(layout.upper(location))
                let layer = OrphanedLayer(
                    environment: location.environment.text, build: location.build.text, files: files?.files ?? 0,
                    bytes: files?.bytes ?? 0, changed: files?.changed ?? 0)
                return (location.owner, layer)
            }.sorted { $0.layer.changed > $1.layer.changed }
        }
    }

    /// Throws one of them away.
    ///
    /// - Parameter inUse: The identities of the builds that the person's servers have mounted.
    public func discard(_ orphan: Orphan, of uid: UInt32, inUse: Set<String>) async throws(StoreError) {
        try await offPool { [self] () throws(StoreError) in
            // It may have been brought back meanwhile.
            let location = orphans(of: uid).first {
                $0.owner == orphan.owner && $0.environment.text == orphan.layer.environment && $0.build.text == orphan.layer.build
            }
            guard let location else { return }
            guard !inUse.contains(location.build.text) else {
                throw StoreError(
                    .conflict, "A server runs with “\(location.environment)”. Stop it first; then its changes can be thrown away.")
            }
            try remove(location)
        }
    }

    private func orphans(of uid: UInt32) -> [LayerLocation] {
        layerLocations(of: uid).filter { holdsAnything(layout.upper($0)) && !isInHistory($0) }
    }
}
