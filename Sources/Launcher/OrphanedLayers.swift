import LauncherProtocol
import NSS
import Store

/// What lies over what no history has.
extension EnvironmentAccess {
    /// One of them, and as the person who acts would name it.
    typealias Orphan = (found: Store.Orphan, named: OrphanedLayer)

    func orphanedLayers(of actor: Account) async throws(LauncherError) -> [Orphan] {
        var orphans: [Orphan] = []
        for found in try await inStore({ () async throws(StoreError) in try await store.orphanedLayers(of: actor.uid) }) {
            var (name, layer) = (found.layer.environment, found.layer)
            if found.owner != actor.uid {
                // An account that is gone has its number only.
                name = "\((try? await AccountDirectory().lookUp(uid: found.owner))?.name ?? "\(found.owner)")/\(name)"
            }
            layer = OrphanedLayer(
                environment: name, build: layer.build, files: layer.files, bytes: layer.bytes, changed: layer.changed)
            orphans.append((found, layer))
        }
        return orphans
    }

    /// - Parameter build: The beginning of its identity.
    func discardOrphan(
        over environment: String, _ build: String, of actor: Account, inUse: Set<String>
    ) async throws(LauncherError) {
        let orphans = try await orphanedLayers(of: actor).filter { $0.named.environment == environment && $0.named.build.hasPrefix(build) }
        guard let orphan = orphans.first, orphans.count == 1, build.count >= 4 else {
            throw LauncherError(
                .notFound,
                "Nothing of yours lies over a build “\(build.prefix(64))” that “\(environment.prefix(120))” had once. “berth env drift --orphaned” shows what does."
            )
        }
        try await inStore { () async throws(StoreError) in
            try await store.discard(orphan.found, of: actor.uid, inUse: inUse)
        }
    }
}
