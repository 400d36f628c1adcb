import Environments
import Foundation
import LauncherProtocol
import Phrases

extension BuildSteps {
    /// What a lock names, with all that a lock must know.
    ///
    /// - Parameter nearest: Whether what no channel and no cache has any longer may be replaced; else the error
    ///   names it, and what would be nearest for `target`.
    func describe(_ wanted: [LockFile.Package], for target: Target, nearest: Bool) async throws(StoreError) -> [CondaPackage] {
        let known = wanted.compactMap(\.known)
        let lock = Lock(platform: Platform.host, packages: known)
        // What was linked before is there, whatever became of the channel. Signatures are asked for anew.
        if settings.attestations.isEmpty, known.count == wanted.count, LinkedPackage.all(of: lock, in: layout).allSatisfy(\.exists) {
            return lock.packages
        }
        var request = try request(solvingFor: target)
        request.wanted = wanted
        request.nearest = nearest
        request.cache = "\(Self.work)/pkgs"
        return try await runOnChannels("describe", request).packages
    }
}

extension Builds {
    /// Builds what somebody's lock names.
    func make(
        _ file: LockFile, given: VirtualPackages = VirtualPackages(), nearest: Bool, by uid: UInt32,
        progress: @escaping @Sendable (BuildProgress) -> Void
    ) async throws(StoreError) -> Made {
        active += 1
        defer { active -= 1 }
        let target = try await host(given)
        let (packages, left) = try await staged(by: uid, within: time, progress: progress) { (steps) async throws(StoreError) in
            (try await steps.describe(file.packages, for: target, nearest: nearest), steps.timeLeft)
        }
        let lock = Lock(
            platform: Platform.host, packages: packages, pip: file.pip, pipOptions: file.pipOptions, variables: file.variables)
        let build = try await build(lock, specs: [], by: uid, within: left, progress: progress)
        return Made(lock: lock, others: [], build: build, notices: file.notices(for: lock))
    }
}

extension LockFile {
    /// What is in `lock`, which was made of it, and it doesn't say.
    fileprivate func notices(for lock: Lock) -> [Phrase] {
        let asked = Dictionary(packages.map { ($0.name, $0) }) { first, _ in first }
        var unproved = 0
        let others = lock.packages.compactMap { package -> Phrase? in
            let said = asked[package.name], before = said.map { "\($0.version) \($0.build)" }
            let name = package.name
            guard before == "\(package.version) \(package.build)" else {
                return "\(name) is \(package.version) \(package.build) in place of \(before ?? "-"): that is no longer to be had."
            }
            if said?.sha256 == nil, said?.md5 == nil { unproved += 1 }
            guard let sha256 = said?.sha256, sha256.lowercased() != package.sha256 else { return nil }
            return "\(name) \(package.version) \(package.build) has another content than the lock says: it is what the channel has now."
        }
        guard unproved > 0 else { return others }
        let taken: Phrase =
            "The lock came without hashes (packages: \(unproved)): those of the channels' index were taken, so nobody can tell whether the files are what they were when it was written."
        return [taken] + others
    }
}

extension Builds {
    /// A version that was made earlier, or what is nearest to it where some of it is gone and `nearest` says so.
    func restore(
        _ version: EnvironmentVersion, nearest: Bool, by uid: UInt32, progress: @escaping @Sendable (BuildProgress) -> Void
    ) async throws(StoreError) -> (EnvironmentVersion, BuildRecord) {
        guard nearest, !layout.hasBuild(try version.lock.identity) else {
            return (version, try await restore(version, by: uid, progress: progress))
        }
        let made = try await make(LockFile(version.lock), given: version.given, nearest: true, by: uid, progress: progress)
        if made.lock == version.lock { return (version, made.build) }
        let next = EnvironmentVersion(
            recipe: version.recipe, lock: made.lock, others: version.others, given: version.given,
            notices: version.notices + made.notices)
        return (next, made.build)
    }
}

extension Store {
    /// Nil where the text is a recipe.
    func lockFile(_ text: String) throws(StoreError) -> LockFile? {
        do { return try LockFile(text, platform: Platform.host) } catch {
            throw StoreError(.invalid, "The lock can't be used. \(error.phrase)")
        }
    }

    /// Makes an environment from a lock, or its next version. Its recipe is what the lock's packages don't need of each other.
    func create(
        for owner: Owner, environment: String?, _ file: LockFile, nearest: Bool, base: String?, message: String?,
        progress: @escaping @Sendable (BuildProgress) -> Void
    ) async throws(StoreError) -> EnvironmentSummary {
        guard let environment else { throw StoreError(.invalid, "A lock has no name. Give the environment one.") }
        let name = try checked(environment)
        // It is whatever the person's file says, so it is judged before anything of it is written anywhere.
        let said = Lock(
            platform: Platform.host, packages: file.packages.map(\.described), pip: file.pip, pipOptions: file.pipOptions,
            variables: file.variables)
        guard file.isSound, try read(EnvironmentExport(name: name.text, rootsOf: said).fromHistory).variables == file.variables else {
            throw StoreError(
                .invalid, "The lock is not what solvers write: a package stands in it twice, or is no name, version and address.")
        }
        let secrets = Lint.secrets(in: EnvironmentExport(name: name.text, rootsOf: said).fromHistory)
        // The places are those of a text that nobody wrote.
        guard secrets.isEmpty else {
            throw StoreError(
                .invalid, "The lock has a password or token in a URL, and would keep it for ever. Nothing was built.",
                log: secrets.map { "\($0.what) \($0.remedy)" })
        }
        return try await turns.take("\(owner.uid)/\(name)") { () async throws(StoreError) in
            try await requireCurrent(base, of: name, for: owner.uid)
            let made = try await builds.make(file, nearest: nearest, by: owner.uid, progress: progress)
            let recipe = EnvironmentExport(name: name.text, rootsOf: made.lock).fromHistory
            let version = EnvironmentVersion(recipe: recipe, lock: made.lock, notices: file.notices + made.notices)
            return try await keep(
                version, built: made.build, as: name, for: owner, message: message ?? "Restore from a lock", progress: progress)
        }
    }
}
