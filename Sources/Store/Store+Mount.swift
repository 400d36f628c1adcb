import Environments
import LauncherProtocol
import Phrases

/// What servers mount.
extension Store {
    /// What a server needs of an environment.
    public struct Mount: Sendable, Equatable {
        public let environment: String
        /// The version's identity, and its build's.
        public let version: String
        public let build: String
        /// The directory on the host; mount it read-only.
        public let hostPath: String
        /// Where it must appear in the container: the prefix that it was built for.
        public let containerPath: String
        public let jupyter: EnvironmentSummary.JupyterSupport
        /// The recipe's `variables:`.
        public let variables: [String: String]
        /// The version of its Python; nil where it has none.
        public let python: String?
        /// What the person should know about it.
        public let notices: [Phrase]
        /// What is to lie over the build; nil where it is read-only.
        public let layer: Layer?
    }

    /// What a server mounts for an environment. A build that is gone from the store is made again from its version's
    /// lock, as its owner's. The build stays until ``release(_:)``, also where nothing but this needs it.
    ///
    /// A caller whose task is cancelled waits no longer; the build goes on, and the next start finds it.
    ///
    /// - Parameters:
    ///   - text: A version's identity; nil for the current one.
    ///   - owner: Whose environment it is; nil for the person's own.
    ///   - uid: Who mounts it: the layer is theirs.
    ///   - reference: The environment as the person names it; nil for its own name.
    ///   - progress: Told only where there is something to build.
    public func mount(
        _ name: String, version text: String? = nil, owner: UInt32? = nil, for uid: UInt32, reference: String? = nil,
        progress: @escaping @Sendable (BuildProgress) -> Void = { _ in }
    ) async throws(StoreError) -> Mount {
        let name = try checked(name)
        let owner = owner ?? uid
        let (version, commit) = try await offPool { [self] () throws(StoreError) in
            try repositories.version(text, of: name, for: owner)
        }
        let build = try await held(version, commit, as: reference ?? name.text, of: owner, progress: progress)
        do throws(StoreError) {
            return try await offPool { [self] () throws(StoreError) in
                let id = try version.build
                let summary = try summary(of: version, name: name, created: commit.time)
                let layer = LayerLocation(uid: uid, owner: owner, environment: name, build: id)
                layout.noteUse(of: name, owner)
                return Mount(
                    environment: reference ?? name.text, version: commit.id, build: id.text, hostPath: layout.environment(id),
                    containerPath: BuildID.prefix, jupyter: summary.jupyter, variables: version.lock.variables,
                    python: version.lock.python, notices: summary.notices, layer: settings.layers ? try prepareLayer(layer) : nil)
            }
        } catch {
            await builds.release(build, isKept: true)
            throw error
        }
    }

    /// Lets go of what ``mount(_:version:owner:for:reference:progress:)`` gave: the server has it, or never will.
    public func release(_ mount: Mount) async {
        // The history has had it all along.
        await builds.release(BuildRecord(id: mount.build, size: 0), isKept: true)
    }

    /// The build of a version, which is held.
    private func held(
        _ version: EnvironmentVersion, _ commit: Commit, as reference: String, of owner: UInt32,
        progress: @escaping @Sendable (BuildProgress) -> Void
    ) async throws(StoreError) -> BuildRecord {
        if let build = await builds.hold(try version.build) { return build }
        progress(BuildProgress(.reading, "The build of “\(reference)” is gone from the store: it is made again"))
        let (ends, end) = AsyncStream<Result<BuildRecord, StoreError>>.makeStream()
        Task { [builds] in
            let result: Result<BuildRecord, StoreError>
            do throws(StoreError) {
                result = .success(try await builds.restore(version, by: owner, progress: progress))
            } catch { result = .failure(error) }
            if case .terminated = end.yield(result), case .success(let build) = result { await builds.release(build, isKept: true) }
            end.finish()
        }
        for await result in ends {
            do throws(StoreError) { return try result.get() } catch { throw error.ofMissing(reference, commit) }
        }
        throw StoreError(.unavailable, "The start was given up.")
    }
}

extension StoreError {
    /// Why a build that is gone did not come back, for somebody whose environment it need not be.
    fileprivate func ofMissing(_ reference: String, _ commit: Commit) -> StoreError {
        let version = String(commit.id.prefix(12))
        let what: Phrase = "The build of “\(reference)” is gone from the store, and could not be made again. \(message)"
        guard kind == .failed else { return StoreError(kind, what, log: log) }
        let remedy: Phrase =
            obstacle == .packagesGone
            ? "Whoever may edit the environment gets the nearest by “berth env rollback \(reference) \(version) --nearest”, or goes back to another version."
            : "Whoever may edit the environment goes back to another version, or saves its recipe anew, which solves it again."
        return StoreError(kind, "\(what) \(remedy)", log: log)
    }
}
