import Environments
import Foundation
import Glibc
import LauncherProtocol

extension Store {
    /// Makes the build of a version of an environment anew where files of it are not as they were built, and with
    /// it what the store keeps of its packages and has the same files. Another build that has them too stays as it is,
    /// and can be repaired by itself. Where the build can't be made, the damaged one stays.
    ///
    /// - Parameters:
    ///   - text: A version's identity or its beginning; nil for the current one.
    ///   - inUse: The identities of the builds that servers have mounted. Asked for when no start finds the
    ///     build any more.
    public func repair(
        _ name: String, version text: String? = nil, for owner: Owner,
        inUse: @autoclosure @Sendable () async throws(LauncherError) -> Set<String>,
        progress: @escaping @Sendable (BuildProgress) -> Void
    ) async throws(StoreError) -> EnvironmentSummary {
        let checkedName = try checked(name)
        return try await turns.take("\(owner.uid)/\(checkedName)") { () async throws(StoreError) in
            progress(BuildProgress(.reading, "Comparing the build with what was built"))
            let (version, commit) = try await offPool { [self] () throws(StoreError) in
                try repositories.version(text, of: checkedName, for: owner.uid)
            }
            let found = try await verify(name, version: commit.id, for: owner.uid)
            if !found.differences.isEmpty {
                let damaged = DamagedBuild(build: try version.build, lock: version.lock, differences: found.differences)
                let grave = try await builds.bury(damaged)
                do throws(LauncherError) {
                    guard try await !inUse().contains(found.build) else {
                        throw LauncherError(
                            .conflict,
                            "A server runs from the build \(found.build). Stop all that run with “\(name)”; then it can be repaired.")
                    }
                } catch {
                    try await offPool { grave.putBack() }
                    throw StoreError(error.kind == .conflict ? .conflict : .unavailable, error.message)
                }
                try await remake((version, commit), of: name, for: owner.uid, insteadOf: grave, progress: progress)
            }
            progress(BuildProgress(.done, "\(name) is ready", fraction: 1))
            return try await offPool { [self] () throws(StoreError) in
                try summary(of: version, name: checkedName, created: commit.time)
            }
        }
    }

    private func remake(
        _ version: (content: EnvironmentVersion, commit: Commit), of name: String, for uid: UInt32, insteadOf grave: Grave,
        progress: @escaping @Sendable (BuildProgress) -> Void
    ) async throws(StoreError) {
        let build: BuildRecord
        do throws(StoreError) { build = try await builds.restore(version.content, by: uid, progress: progress) } catch {
            try await offPool { grave.putBack() }
            throw error
        }
        await builds.release(build, isKept: true)
        try await offPool { [layout] () throws(StoreError) in
            do { try FileManager.default.removeItem(atPath: grave.path) } catch {
                throw .from(error, doing: "remove what was damaged", layout: layout)
            }
        }
        let left = try await verify(name, version: version.commit.id, for: uid).differences
        guard left.isEmpty else {
            throw StoreError(
                .failed, "The build of “\(name)” was made anew, and is not as it should be again: the disk may be failing.",
                log: left.prefix(40).map { "\($0.kind.rawValue): \($0.path)" })
        }
    }
}

extension Builds {
    /// Takes a damaged build, and what else has its files, out of their places. Nothing is being built meanwhile.
    fileprivate func bury(_ damaged: DamagedBuild) throws(StoreError) -> Grave {
        let build = damaged.build
        guard active == 0, !inWork.contains(build) else {
            throw StoreError(.conflict, "Environments are being built or started at the moment. Try again when that has ended.")
        }
        do {
            let own = [layout.environment(build), layout.lock(build), layout.record(build), layout.manifest(build)]
            return try Grave(of: (own + damaged.copies(in: layout)).filter { access($0, F_OK) == 0 }, in: layout)
        } catch {
            throw .from(error, doing: "take what is damaged out of the store", layout: layout)
        }
    }
}
