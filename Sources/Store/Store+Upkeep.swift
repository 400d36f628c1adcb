import Environments
import Foundation
import Glibc
import LauncherProtocol
import UntrustedFiles

/// What keeps the store sound and small.
extension Store {
    /// Compares the build of a version of an environment with what was built, byte for byte.
    ///
    /// - Parameter text: A version's identity or its beginning; nil for the current one.
    public func verify(
        _ name: String, version text: String? = nil, for uid: UInt32, progress: @escaping @Sendable (BuildProgress) -> Void = { _ in }
    ) async throws(StoreError) -> VerifyEnvironment.Outcome {
        let name = try checked(name)
        return try await builds.places.take(for: uid, progress: progress) { () async throws(StoreError) in
            try await offPool { [self] () throws(StoreError) in
                try verify(name, try repositories.version(text, of: name, for: uid), progress)
            }
        }
    }

    private func verify(
        _ name: EnvironmentName, _ version: (content: EnvironmentVersion, commit: Commit), _ progress: (BuildProgress) -> Void
    ) throws(StoreError) -> VerifyEnvironment.Outcome {
        let build = try version.content.build
        guard layout.hasBuild(build) else {
            throw StoreError(
                .failed,
                "The build of “\(name)” is gone from the store. The next server that starts with it makes it again; so does going back to this version."
            )
        }
        guard FileManager.default.fileExists(atPath: layout.manifest(build)) else {
            throw StoreError(
                .failed, "Nothing was noted when the build of “\(name)” was made, so it can't be verified. Builds made from now on can."
            )
        }
        do {
            let was = try Manifest(from: layout.manifest(build))
            let present = try Manifest(of: layout.environment(build)) { done, all in
                progress(
                    BuildProgress(.comparing, "Compared \(done) of \(all) files", fraction: all == 0 ? 1 : Double(done) / Double(all)))
            }
            return VerifyEnvironment.Outcome(
                build: build.text, version: version.commit.id, files: was.files.count, differences: was.differences(in: present))
        } catch {
            throw .from(error, doing: "verify “\(name)”", layout: layout)
        }
    }

    /// Removes builds that no history within the retention and no server needs, packages, wheels and bytecode
    /// of the caches that no build is made of, removed environments that can't be brought back any more, and the
    /// personal layers over what no history has.
    ///
    /// - Parameters:
    ///   - inUse: The identities of the builds that servers have mounted. Asked for when the search has begun: what a
    ///     start holds until then is in no server yet.
    ///   - names: Of the accounts, by UID.
    ///   - dryRun: Only tell what would go.
    public func collectGarbage(
        inUse: @autoclosure @Sendable () async throws(LauncherError) -> Set<String>, names: [UInt32: String] = [:], dryRun: Bool
    ) async throws(StoreError) -> CollectGarbage.Outcome {
        if !dryRun { layout.noteCollection() }
        return try await turns.take("garbage") { () async throws(StoreError) in
            await builds.beginSearch()
            let mounted: Set<BuildID>
            do throws(LauncherError) { mounted = Set(try await inUse().compactMap { BuildID($0) }) } catch {
                throw StoreError(.unavailable, error.message)
            }
            let garbage = try await offPool { [self] () throws(StoreError) in
                Garbage(needed: try reachable().union(mounted), recallable: try recallable())
            }
            let buried = try await builds.bury(garbage, dryRun: dryRun)
            let spared = await builds.wanted.union(mounted)
            return try await remove(buried, layers: { [self] in unusedLayers(sparing: spared) }, names: names, dryRun: dryRun)
        }
    }

    private func remove(
        _ buried: Garbage.Buried, layers: @escaping @Sendable () -> [LayerLocation], names: [UInt32: String], dryRun: Bool
    ) async throws(StoreError) -> CollectGarbage.Outcome {
        try await offPool { [self] () throws(StoreError) in
            do {
                let freed = try DiskUsage(of: buried.paths).freed
                let expired = try expired()
                let repositories = expired.map { layout.removed($0.repository, of: $0.uid) }
                let forgotten = try DiskUsage(of: repositories).bytes
                if !dryRun { for path in repositories { try UntrustedTree.remove(path) } }
                if let grave = buried.grave { try FileManager.default.removeItem(atPath: grave) }
                let layers = layers()
                let layerBytes = try DiskUsage(of: layers.map(layout.layer)).bytes
                if !dryRun { for layer in layers { try remove(layer) } }
                let all = try DiskUsage(of: [layout.store]).bytes
                return CollectGarbage.Outcome(
                    builds: buried.builds, packages: buried.packages, wheels: buried.wheels, bytecode: buried.bytecode,
                    environments: expired.map { "\(names[$0.uid] ?? "\($0.uid)")/\($0.repository.name)" }.sorted(),
                    freed: freed + forgotten, kept: dryRun ? all - freed : all, free: freeBytes, layers: layers.count,
                    layerBytes: layerBytes)
            } catch {
                throw .from(error, doing: "collect the garbage of the store", layout: layout)
            }
        }
    }

    /// The builds of all histories within the retention; the current version, releases and what is assigned are
    /// always within.
    func reachable() throws(StoreError) -> Set<BuildID> {
        let assigned = try sharing.assignedVersions()
        var builds: Set<BuildID> = []
        for uid in try repositories.owners() {
            for name in try repositories.names(for: uid) {
                builds.formUnion(try keptBuilds(of: name, uid, pins: assigned[name.text] ?? []))
            }
        }
        return builds
    }

    /// The builds of what was removed and can be brought back.
    private func recallable() throws(StoreError) -> Set<BuildID> {
        var builds: Set<BuildID> = []
        for uid in try repositories.owners() {
            for removed in repositories.removed(for: uid) where isKept(removed) {
                builds.formUnion(try repositories.builds(of: removed, for: uid))
            }
        }
        return builds
    }

    /// When garbage was collected last, in seconds since 1970. A store in which it never was is as if that had been now.
    public var lastCollection: Double {
        if let status = try? status(of: layout.collected) { return Double(status.st_mtim.tv_sec) }
        layout.noteCollection()
        return Date().timeIntervalSince1970
    }

    private var freeBytes: Int {
        var status = statvfs()
        return statvfs(layout.store, &status) == 0 ? Int(status.f_bavail) * Int(status.f_frsize) : 0
    }
}

extension StoreLayout {
    /// Its time says when garbage was collected last.
    fileprivate var collected: String { store + "/collected" }

    /// Where that fails it is collected once more than it would be.
    fileprivate func noteCollection() { touch(collected) }
}
