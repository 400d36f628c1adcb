import Configuration
import Environments
import Foundation
import LauncherProtocol
import Logging
import Phrases

/// Makes builds: solve, lock, link, pip, compile, verify, and one rename at the end.
actor Builds {
    let layout: StoreLayout
    let settings: EnvironmentConfiguration
    private let containers: any BuildContainers
    private let logger: Logger
    private let leastGlibc: @Sendable () async -> String?
    /// What is being built now. Whoever asks for the same lock waits for the same build.
    private var running: [BuildID: SharedBuild] = [:]
    /// Builds that are there and about to be in a history, by how many wait for that.
    private var held: [BuildID: Int] = [:]
    /// Builds that were let go of since a search for garbage began: a history may have them that was read before.
    private var releasedInSearch: Set<BuildID> = []
    /// Builds that were made since this process began and are in no history yet.
    private var unclaimed: Set<BuildID> = []
    /// How many requests use the package cache.
    var active = 0
    nonisolated let places: WorkPlaces
    nonisolated let ready: ReadySolver

    /// What came of a recipe.
    struct Made: Sendable {
        let lock: Lock
        /// For the recipe's other platforms, in its order.
        let others: [Lock]
        let build: BuildRecord
        let notices: [Phrase]
    }

    init(
        layout: StoreLayout, settings: EnvironmentConfiguration, containers: any BuildContainers, logger: Logger,
        leastGlibc: @escaping @Sendable () async -> String?
    ) {
        self.leastGlibc = leastGlibc
        self.layout = layout
        self.settings = settings
        self.containers = containers
        self.logger = logger
        places = WorkPlaces(limits: settings.buildsAtOnce)
        ready = ReadySolver(layout: layout, settings: settings, containers: containers, logger: logger)
    }

    /// How long one build may take, without the time that it waits for its turn.
    var time: Duration { .seconds(settings.timeout) }

    /// Solves and locks `recipe` for this host and its other platforms, and builds the host's lock where that
    /// was not done before.
    /// - Parameter uid: Whose build it is.
    func make(
        _ recipe: Recipe, for wantedTarget: SolveTarget, by uid: UInt32, progress: @escaping @Sendable (BuildProgress) -> Void
    ) async throws(StoreError) -> Made {
        try Platform.requireHost(in: recipe)
        let configured = await hostPackages()
        let others = recipe.platforms.map(\.text).filter { $0 != Platform.host }.map(wantedTarget.elsewhere)
        let targets = try ([wantedTarget.here] + others).map { wanted throws(StoreError) in try Target(wanted, configured: configured) }
        active += 1
        defer {
            active -= 1
            ready.prepare()
        }
        let wanted = Wanted(recipe)
        let (locks, left) = try await staged(by: uid, within: time, progress: progress) {
            (steps) async throws(StoreError) -> ([Lock], Duration) in
            // The other platforms first: they are quick, and may refuse.
            var locks: [Lock] = []
            for target in targets.dropFirst() { locks.append(try await steps.lock(wanted, for: target).lock) }
            let host = try await steps.lock(wanted, for: targets[0]).lock
            // What is linked for the host by now has the pip that says what it would be for the others.
            for (index, target) in targets.dropFirst().enumerated() {
                locks[index] = try await steps.lockPip(recipe, on: locks[index], for: target, beside: host)
            }
            locks.insert(host, at: 0)
            steps.logger.info("Recipe solved", metadata: steps.times.metadata)
            return (locks, steps.timeLeft)
        }
        let build = try await build(locks[0], specs: wanted.specs, by: uid, within: left, progress: progress)
        return Made(
            lock: locks[0], others: Array(locks.dropFirst()), build: build,
            notices: wanted.notices + zip(targets, locks).flatMap { wanted.notices(for: $0, $1) })
    }

    /// What `recipe` comes to on `target`; nothing is kept.
    /// - Parameter condaAlone: Whether to leave out what pip installs.
    func solve(
        _ recipe: Recipe, for wantedTarget: SolveTarget, condaAlone: Bool, by uid: UInt32,
        progress: @escaping @Sendable (BuildProgress) -> Void
    ) async throws(StoreError) -> (lock: Lock, known: [String], notices: [Phrase]) {
        let target = try Target(wantedTarget, configured: await hostPackages())
        active += 1
        defer {
            active -= 1
            ready.prepare()
        }
        let wanted = Wanted(recipe)
        let (lock, known) = try await staged(by: uid, within: time, progress: progress) { (steps) async throws(StoreError) in
            try await steps.lock(wanted, for: target, condaAlone: condaAlone)
        }
        return (lock, known, wanted.notices + wanted.notices(for: target, lock))
    }

    /// The virtual packages of this host, as far as they are known: an environment has to run in the images of the
    /// profiles, whose C library can be older than that of the builder's image, which the solver sees.
    private func hostPackages() async -> [String] {
        let configured = settings.virtualPackages
        guard !configured.contains(where: { $0.hasPrefix("__glibc=") }), let glibc = await leastGlibc() else { return configured }
        return configured + ["__glibc=\(glibc)"]
    }

    /// This host, and what is said of it by hand.
    func host(_ given: VirtualPackages) async throws(StoreError) -> Target {
        try Target(SolveTarget(given, asOf: nil), configured: await hostPackages())
    }

    /// Imports the modules of what `recipe` asks for, in its build.
    func importModules(
        of recipe: Recipe, in build: BuildRecord, by uid: UInt32, progress: @escaping @Sendable (BuildProgress) -> Void
    ) async throws(StoreError) -> [BuilderEvent.Imported] {
        guard let id = BuildID(build.id) else { return [] }
        return try await staged(by: uid, within: time, progress: progress) { (steps) async throws(StoreError) in
            try await steps.importModules(of: recipe, build: id)
        }
    }

    /// The build of a lock that was made earlier: the one that is there, or the same packages again.
    func restore(
        _ version: EnvironmentVersion, by uid: UInt32, progress: @escaping @Sendable (BuildProgress) -> Void
    ) async throws(StoreError) -> BuildRecord {
        // Which packages were asked for is no part of a lock.
        let specs = (try? Recipe(yaml: version.recipe))?.dependencies.map(\.spec) ?? []
        let wanted = version.lock.packages.map { LockFile.Package($0) }, target = try await host(version.given)
        return try await build(version.lock, specs: specs, by: uid, within: time, progress: progress) { steps throws(StoreError) in
            // What is gone is told before anything is fetched.
            _ = try await steps.describe(wanted, for: target, nearest: false)
        }
    }

    /// Keeps a build that is there from being taken away until ``release(_:)``; nil where it isn't there.
    func hold(_ id: BuildID) -> BuildRecord? {
        guard layout.hasBuild(id) else { return nil }
        held[id, default: 0] += 1
        return layout.record(of: id)
    }

    /// Lets go of a build that ``make(_:for:progress:)`` or ``restore(_:progress:)`` gave: from now on it stays only
    /// where something needs it.
    ///
    /// - Parameter isKept: whether something needs it from now on.
    func release(_ build: BuildRecord, isKept: Bool = false) {
        guard let id = BuildID(build.id) else { return }
        if isKept { unclaimed.remove(id) }
        release(id)
    }

    /// Lets go of a build that whoever had it made will not keep. Where it is new and nobody else wants it, it leaves
    /// its place, and the caller removes the directory that this gives.
    func abandon(_ build: BuildRecord) throws(StoreError) -> String? {
        guard let id = BuildID(build.id) else { return nil }
        release(id)
        guard held[id] == nil, running[id] == nil, unclaimed.remove(id) != nil, layout.hasBuild(id) else { return nil }
        do { return try Garbage.bury([id], in: layout) } catch {
            throw .from(error, doing: "remove a build that nobody keeps", layout: layout)
        }
    }

    private func release(_ id: BuildID) {
        guard let count = held[id] else { return }
        held[id] = count > 1 ? count - 1 : nil
        releasedInSearch.insert(id)
    }

    /// What somebody works with, or did while garbage was searched for.
    var wanted: Set<BuildID> { inWork.union(releasedInSearch) }

    /// What somebody works with.
    var inWork: Set<BuildID> { Set(running.keys).union(held.keys) }

    /// Call it before histories are read for ``bury(_:dryRun:)``; one search at a time.
    func beginSearch() { releasedInSearch = [] }

    /// Takes what `garbage` condemns out of its place, so that a crash leaves nothing by halves; whoever
    /// calls removes the graves. In the actor, so that no build can begin in between: renames only.
    func bury(_ garbage: Garbage, dryRun: Bool) throws(StoreError) -> Garbage.Buried {
        let spared = wanted
        do {
            return dryRun
                ? try garbage.condemned(in: layout, sparing: spared, cacheIsUsed: active > 0)
                : try garbage.bury(in: layout, sparing: spared, cacheIsUsed: active > 0)
        } catch {
            throw .from(error, doing: "collect the garbage of the store", layout: layout)
        }
    }

    /// The build of `lock`: the one that is there, the one under way, or a new one. It is held until
    /// ``release(_:)``.
    ///
    /// - Parameter first: What a new one begins with.
    func build(
        _ lock: Lock, specs: [String], by uid: UInt32, within time: Duration, progress: @escaping @Sendable (BuildProgress) -> Void,
        first: @escaping @Sendable (BuildSteps) async throws(StoreError) -> Void = { _ in }
    ) async throws(StoreError) -> BuildRecord {
        let id = try lock.identity
        held[id, default: 0] += 1
        // One that nobody wanted any more is being taken away.
        while let ending = running[id], ending.isGivenUp { await ending.end() }
        if running[id] == nil, layout.hasBuild(id) {
            progress(BuildProgress(.verifying, "Nothing to build: this lock was built before"))
            return layout.record(of: id)
        }
        let shared =
            running[id]
            ?? SharedBuild { [self] tell in
                await self.outcome(of: id) { () async throws(StoreError) in
                    try await self.staged(by: uid, within: time, progress: tell) { (steps) async throws(StoreError) in
                        try await first(steps)
                        return try await Self.build(lock, id, specs: specs, steps)
                    }
                }
            }
        running[id] = shared
        shared.join()
        shared.listen(progress)
        guard let outcome = await shared.outcome() else {
            if let built = await shared.leave() {
                if let grave = try abandon(built) { try await Self.remove(grave, in: layout) }
            } else {
                release(id)
            }
            throw .givenUp
        }
        do throws(StoreError) { return try outcome.get() } catch {
            release(id)
            throw error
        }
    }

    /// Removes what left its place.
    static func remove(_ grave: String, in layout: StoreLayout) async throws(StoreError) {
        try await offPool { () throws(StoreError) in
            do { try FileManager.default.removeItem(atPath: grave) } catch {
                throw .from(error, doing: "remove a build that nobody keeps", layout: layout)
            }
        }
    }

    private func outcome(
        of id: BuildID, _ work: @Sendable () async throws(StoreError) -> BuildRecord
    ) async -> Result<BuildRecord, StoreError> {
        defer { running[id] = nil }
        active += 1
        defer { active -= 1 }
        do throws(StoreError) {
            let record = try await work()
            unclaimed.insert(id)
            return .success(record)
        } catch { return .failure(error) }
    }

    /// Runs `body` when its turn has come, in a staging directory of its own, which is gone afterwards in any case.
    ///
    /// - Parameters:
    ///   - uid: Whose turn.
    ///   - time: What it may take from then on.
    nonisolated func staged<Value: Sendable>(
        by uid: UInt32, within time: Duration, progress: @escaping @Sendable (BuildProgress) -> Void,
        _ body: @Sendable (BuildSteps) async throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        try await places.take(for: uid, progress: progress) { () async throws(StoreError) in
            try await staged(deadline: .now + time, progress: progress, body)
        }
    }

    private nonisolated func staged<Value: Sendable>(
        deadline: ContinuousClock.Instant, progress: @escaping @Sendable (BuildProgress) -> Void,
        _ body: @Sendable (BuildSteps) async throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        let (layout, settings) = (layout, settings)
        let staging = try await offPool { () throws(StoreError) in try Staging.make(layout, settings) }
        let steps = BuildSteps(
            layout: layout, settings: settings, containers: containers, logger: logger, staging: staging,
            deadline: deadline, progress: progress, ready: ready)
        do throws(StoreError) {
            let value = try await body(steps)
            try await offPool { staging.remove() }
            return value
        } catch {
            try await offPool { staging.remove() }
            throw error
        }
    }

    /// Everything between a lock and its place in the store. Until the last step nothing has a name
    /// that anybody would mount.
    private static func build(_ lock: Lock, _ id: BuildID, specs: [String], _ steps: BuildSteps) async throws(StoreError) -> BuildRecord {
        let (layout, tree) = (steps.layout, steps.staging.environment)
        let contents = try await steps.environment(lock, id, specs: specs)
        steps.progress(BuildProgress(.verifying, "Putting it into the store"))
        let record = BuildRecord(id: id.text, size: contents.size)
        try await steps.disk("write down what is in the build", as: "manifest") {
            // The disk takes what there is in the meantime.
            try sideBySide(
                { try syncFileSystem(of: tree) },
                {
                    try Manifest(of: contents).write(to: layout.manifest(id))
                    try writeWhole(try lock.canonicalBytes, to: layout.lock(id), waiting: false)
                    try writeWhole(try JSONEncoder().encode(record), to: layout.record(id), waiting: false)
                })
        }
        try await steps.disk("put the build into the store", as: "sync") {
            try syncFileSystem(of: tree)
            guard rename(tree, layout.environment(id)) == 0 else { throw FileError("rename", tree) }
            try syncDirectory(layout.environments)
        }
        steps.logger.info("Environment built", metadata: steps.times.metadata.merging(["build": "\(id)"]) { first, _ in first })
        return record
    }
}
