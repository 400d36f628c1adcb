import Environments
import Foundation
import LauncherProtocol

/// The versions of an environment.
extension Store {
    /// One environment with its recipe and its lock; nil for the current version.
    public func inspect(
        _ name: String, version text: String? = nil, for uid: UInt32
    ) async throws(StoreError) -> InspectEnvironment.Outcome {
        let name = try checked(name)
        return try await offPool { [self] () throws(StoreError) in
            let (version, commit) = try repositories.version(text, of: name, for: uid)
            var others: [String: String] = [:]
            for lock in version.others { others[lock.platform] = try lock.text }
            return InspectEnvironment.Outcome(
                summary: try summary(of: version, name: name, created: commit.time), recipe: version.recipe,
                explicit: version.lock.explicit, lock: try version.lock.text, otherLocks: others,
                version: summary(of: commit, tags: try repositories.tags(of: name, for: uid)))
        }
    }

    /// The identity of a version's build; nil for the current version.
    public func build(of name: String, version text: String? = nil, for uid: UInt32) async throws(StoreError) -> String {
        let name = try checked(name)
        return try await offPool { [self] () throws(StoreError) in try repositories.version(text, of: name, for: uid).0.build.text }
    }

    /// The versions of an environment, newest first.
    public func history(of name: String, for uid: UInt32) async throws(StoreError) -> [EnvironmentVersionSummary] {
        let name = try checked(name)
        return try await offPool { [self] () throws(StoreError) in
            let tags = try repositories.tags(of: name, for: uid)
            return try repositories.history(of: name, for: uid).map { summary(of: $0, tags: tags) }
        }
    }

    /// Makes a new version with the content of an old one. Where its build is gone it is made again from its lock.
    ///
    /// - Parameter nearest: Whether packages that are gone may be replaced by the nearest that fit.
    public func rollBack(
        _ name: String, to text: String, nearest: Bool = false, for owner: Owner, progress: @escaping @Sendable (BuildProgress) -> Void
    ) async throws(StoreError) -> EnvironmentSummary {
        let name = try checked(name)
        return try await turns.take("\(owner.uid)/\(name)") { () async throws(StoreError) in
            progress(BuildProgress(.reading, "Reading the history"))
            let (version, commit) = try await offPool { [self] () throws(StoreError) in
                try repositories.version(text, of: name, for: owner.uid)
            }
            let (restored, build) = try await builds.restore(version, nearest: nearest, by: owner.uid, progress: progress)
            return try await keep(
                restored, built: build, as: name, for: owner, message: "Roll back to \(commit.id.prefix(12))", progress: progress)
        }
    }

    /// Gives a version a name that stays with it, or takes the name away.
    public func tag(
        _ name: String, as tag: String, version text: String?, isTakenAway: Bool, for uid: UInt32
    ) async throws(StoreError) -> [EnvironmentVersionSummary] {
        let checkedName = try checked(name)
        guard let tag = ReleaseName(tag) else {
            throw StoreError(.invalid, "“\(tag.prefix(80))” can't be the name of a release. \(ReleaseName.rule)")
        }
        if !isTakenAway, let confusion = tag.confusion {
            throw StoreError(.invalid, "“\(tag)” can't be the name of a release. \(confusion)")
        }
        try await turns.take("\(uid)/\(checkedName)") { () async throws(StoreError) in
            try await offPool { [self] () throws(StoreError) in
                if isTakenAway { return try repositories.untag(tag, of: checkedName, for: uid) }
                let (_, commit) = try repositories.version(text, of: checkedName, for: uid)
                try repositories.tag(commit, as: tag, of: checkedName, for: uid)
            }
        }
        return try await history(of: name, for: uid)
    }

    /// - Parameter tags: what each name of a release points at.
    func summary(of commit: Commit, tags: [String: String]) -> EnvironmentVersionSummary {
        EnvironmentVersionSummary(
            id: commit.id, time: commit.time, author: commit.author, message: commit.message,
            build: commit.build?.text ?? "", isBuilt: commit.build.map(layout.hasBuild) ?? false,
            tags: tags.filter { commit.isMeant(by: $0.value) }.keys.sorted())
    }
}
