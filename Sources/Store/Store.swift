import Configuration
import Environments
import Foundation
import LauncherProtocol
import Logging
import Phrases

/// The environments of all accounts: recipes and locks in Git, builds by the content of their locks.
///
/// ```swift
/// let store = Store(configuration: configuration, containers: engine, logger: logger)
/// await store.sweep()
/// let summary = try await store.create(for: owner, environment: nil, recipe: text) { print($0.message) }
/// let mount = try await store.mount(summary.name, for: owner.uid) { print($0.message) }  // what a server needs
/// await store.release(mount)  // once the server has it
/// ```
public final class Store: Sendable {
    let layout: StoreLayout
    let settings: EnvironmentConfiguration
    let homes: HomeConfiguration
    let containers: any BuildContainers
    let logger: Logger
    let builds: Builds
    let repositories: Repositories
    let sharing: Sharing
    let index: EnvironmentIndex
    let usage: BuildsUsage
    /// Bytes that the environments of an account may take; nil for no quota.
    let quota: @Sendable (UInt32) async -> Int?
    /// One change at a time for each environment of an account.
    let turns = Turns()

    /// Whose environment it is.
    public struct Owner: Sendable, Equatable {
        /// The account's name, for the history.
        public let name: String
        public let uid: UInt32

        public init(name: String, uid: UInt32) {
            self.name = name
            self.uid = uid
        }
    }

    /// The store below the configuration's state directory. Call ``sweep()`` before its first use.
    ///
    /// - Parameters:
    ///   - quota: Bytes that the environments of the account with this UID may take; nil for no quota.
    ///   - leastGlibc: The version of the oldest C library that environments have to run with; nil where nobody knows.
    public init(
        configuration: BerthConfiguration, containers: any BuildContainers, logger: Logger,
        quota: @escaping @Sendable (UInt32) async -> Int? = { _ in nil },
        leastGlibc: @escaping @Sendable () async -> String? = { nil }
    ) {
        self.quota = quota
        layout = StoreLayout(state: configuration.state)
        settings = configuration.environments
        homes = configuration.homes
        self.containers = containers
        self.logger = logger
        repositories = Repositories(layout: layout, account: settings.gitUID)
        sharing = Sharing(layout: layout)
        index = EnvironmentIndex(layout: layout, repositories: repositories)
        usage = BuildsUsage(layout: layout)
        builds = Builds(layout: layout, settings: settings, containers: containers, logger: logger, leastGlibc: leastGlibc)
    }

    /// Makes the store's directories, and ends and removes what interrupted builds left. A failure is
    /// logged; whoever then makes an environment is told.
    public func sweep() async {
        await containers.removeLeftovers()
        do throws(StoreError) {
            try await offPool { [layout, settings] () throws(StoreError) in
                try layout.prepare(builderUID: settings.builderUID, gitUID: settings.gitUID)
            }
            for failure in try await offPool({ [repositories] () throws(StoreError) in try repositories.takeOver() }) {
                logger.error("An environment's repository could not be given to git's account", metadata: ["reason": "\(failure)"])
            }
        } catch {
            logger.error("The environment store could not be prepared", metadata: ["reason": "\(error)"])
        }
    }

    /// Makes a solver ready where the configuration lets one wait: somebody looks a recipe over, and will solve it.
    public func expectSolve() { builds.ready.prepare() }

    /// Ends what runs for nobody: a solver that was made ready. Nothing is made ready after it.
    public func end() async { await builds.ready.end() }

    /// Makes an environment from a recipe or a lock, or its next version.
    ///
    /// - Parameters:
    ///   - environment: Nil for the recipe's own `name:`; a lock has none.
    ///   - text: `environment.yml`, or what ``LockFile`` reads.
    ///   - nearest: Whether packages of a lock that are gone may be replaced by the nearest that fit.
    ///   - base: The version that whoever writes began from; nil for whatever is current.
    ///   - wanted: The CUDA, the virtual packages and the day to solve for; CUDA and virtual packages stay with later
    ///     versions until others are given, or `host` for what is known of this host.
    ///   - message: What changed, in a line; nil for the usual words.
    public func create(
        for owner: Owner, environment: String?, recipe text: String, target wanted: SolveTarget = SolveTarget(), nearest: Bool = false,
        base: String? = nil, message: String? = nil, progress: @escaping @Sendable (BuildProgress) -> Void
    ) async throws(StoreError) -> EnvironmentSummary {
        progress(BuildProgress(.reading, "Reading the recipe"))
        try judgeSize(of: text)
        if let file = try lockFile(text) {
            return try await create(
                for: owner, environment: environment, file, nearest: nearest, base: base, message: message, progress: progress)
        }
        let recipe = try readToKeep(text)
        guard let given = environment ?? recipe.name?.text else {
            throw StoreError(.invalid, "The recipe has no “name:”. Add one, or give the environment a name.")
        }
        let name = try checked(given)
        return try await turns.take("\(owner.uid)/\(name)") { () async throws(StoreError) in
            try await requireCurrent(base, of: name, for: owner.uid)
            let before = try await offPool { [self] () throws(StoreError) in
                try repositories.names(for: owner.uid).contains(name) ? try repositories.current(name, for: owner.uid).0.recipe : nil
            }
            let (version, build) = try await make(recipe, text, target: wanted, as: name, for: owner.uid, progress: progress)
            return try await keep(version, built: build, as: name, for: owner, message: message, progress: progress)
                .adding(Self.misnaming(recipe, as: name, before: before))
        }
    }

    /// What to say where the next version of an environment calls itself something else than the one before.
    /// - Parameter before: The recipe of the version before; nil where there is none.
    static func misnaming(_ recipe: Recipe, as name: EnvironmentName, before: String?) -> [Phrase] {
        guard let before, let own = recipe.name?.text, own != name.text, (try? Recipe(yaml: before))?.name?.text != own else { return [] }
        return ["The recipe says “name: \(own)”, and the environment is still called “\(name)”: a recipe renames nothing."]
    }

    /// What a recipe comes to as the next version of an environment, built and not yet kept.
    func make(
        _ recipe: Recipe, _ text: String, target wanted: SolveTarget = SolveTarget(), as name: EnvironmentName, for uid: UInt32,
        progress: @escaping @Sendable (BuildProgress) -> Void
    ) async throws(StoreError) -> (EnvironmentVersion, BuildRecord) {
        let given = try await offPool { [self] () throws(StoreError) in try self.given(wanted, of: name, for: uid) }
        let made = try await placing(in: recipe) { () async throws(StoreError) in
            try await builds.make(recipe, for: SolveTarget(given, asOf: wanted.asOf), by: uid, progress: progress)
        }
        let version = EnvironmentVersion(recipe: text, lock: made.lock, others: made.others, given: given, notices: made.notices)
        return (version, made.build)
    }

    /// What a recipe comes to on `target`, as canonical JSON, and what the person should know; nothing is kept.
    ///
    /// - Parameters:
    ///   - environment: Whose next version it would be, with its owner's UID; nil for none.
    ///   - condaAlone: Whether to leave out what pip installs.
    ///   - uid: Who asks.
    public func solve(
        _ text: String, as environment: (name: String, uid: UInt32)? = nil, for target: SolveTarget = SolveTarget(),
        condaAlone: Bool = false, by uid: UInt32, progress: @escaping @Sendable (BuildProgress) -> Void
    ) async throws(StoreError) -> SolveRecipe.Outcome {
        progress(BuildProgress(.reading, "Reading the recipe"))
        try judgeSize(of: text)
        let recipe = try read(text)
        if target.platform == nil { try Platform.requireHost(in: recipe) }
        var target = target
        if let environment {
            let name = try checked(environment.name), wanted = target
            let given = try await offPool { [self] () throws(StoreError) in try self.given(wanted, of: name, for: environment.uid) }
            target = SolveTarget(given, platform: wanted.platform, asOf: wanted.asOf)
        }
        let wanted = target
        let solved = try await placing(in: recipe) { () async throws(StoreError) in
            try await builds.solve(recipe, for: wanted, condaAlone: condaAlone, by: uid, progress: progress)
        }
        progress(BuildProgress(.done, "The recipe solves", fraction: 1))
        return SolveRecipe.Outcome(lock: try solved.lock.text, notices: solved.notices, channelPackages: solved.known)
    }

    /// Does `work`; what goes wrong is told at the recipe's lines, where they are known.
    func placing<Value>(
        in recipe: Recipe, _ work: () async throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        do throws(StoreError) { return try await work() } catch { throw error.placed(in: recipe) }
    }

    func read(_ text: String) throws(StoreError) -> Recipe {
        do { return try Recipe(yaml: text) } catch { throw StoreError(error) }
    }

    /// What is said by hand of the host to solve for: what is asked for, else what the environment was solved for
    /// before, so that an edit doesn't forget it.
    private func given(_ wanted: SolveTarget, of name: EnvironmentName, for uid: UInt32) throws(StoreError) -> VirtualPackages {
        let asked: VirtualPackages
        do throws(TargetError) { asked = try VirtualPackages(wanted.virtualPackages, cuda: wanted.cuda) } catch {
            throw StoreError(.invalid, error.phrase)
        }
        guard try repositories.names(for: uid).contains(name) else { return asked.over(VirtualPackages()) }
        return asked.over(try repositories.current(name, for: uid).0.given)
    }

    /// The names of an account's environments, in order.
    public func names(for uid: UInt32) async throws(StoreError) -> [String] {
        try await offPool { [self] () throws(StoreError) in try repositories.names(for: uid).map(\.text) }
    }

    /// The environments of an account, by name.
    public func list(for uid: UInt32) async throws(StoreError) -> [EnvironmentSummary] {
        try await offPool { [self] () throws(StoreError) in
            var summaries: [EnvironmentSummary] = []
            for name in try repositories.names(for: uid) {
                let (version, commit) = try repositories.current(name, for: uid)
                summaries.append(try summary(of: version, name: name, created: commit.time))
            }
            return summaries
        }
    }

    /// Removes an environment, and forgets all that was shared and assigned of it. With its history it can be brought
    /// back for a while. Its build stays: others may use it.
    ///
    /// - Parameter ownerName: the owner's account, by which assignments know it.
    @discardableResult
    public func remove(_ name: String, for uid: UInt32, ownerName: String) async throws(StoreError) -> RemovedEnvironment {
        let name = try checked(name), reference = "\(ownerName)/\(name)"
        return try await turns.take("\(uid)/\(name)") { () async throws(StoreError) in
            try await turns.take(Self.assignmentsTurn) { () async throws(StoreError) in
                try await offPool { [self] () throws(StoreError) in
                    try sharing.checkRemoval(of: reference)
                    let repository = try repositories.remove(name, for: uid)
                    try sharing.forget(name, of: uid, reference: reference)
                    unlink(layout.useMark(name, of: uid))
                    return removed(repository, isNameTaken: false)
                }
            }
        }
    }

    func checked(_ name: String) throws(StoreError) -> EnvironmentName {
        guard let checked = EnvironmentName(name) else {
            throw StoreError(.invalid, "“\(name.prefix(80))” can't be the name of an environment. \(EnvironmentName.rule)")
        }
        return checked
    }

    /// Makes a version whose build is there the current one, and lets go of the build, which the history
    /// now keeps.
    func keep(
        _ version: EnvironmentVersion, built: BuildRecord, as name: EnvironmentName, for owner: Owner, message: String?,
        progress: @Sendable (BuildProgress) -> Void
    ) async throws(StoreError) -> EnvironmentSummary {
        try await judge(built, as: name, for: owner.uid)
        let created = try await releasing(built) { [self] () throws(StoreError) in
            try repositories.record(version, as: name, for: owner, message: message)
        }
        progress(BuildProgress(.done, "\(name) is ready", fraction: 1))
        return summary(of: version, name: name, build: built, created: created)
    }

    /// Refuses a build that was given up or is too much for its owner, and then keeps nothing of it.
    func judge(_ built: BuildRecord, as name: EnvironmentName, for uid: UInt32) async throws(StoreError) {
        guard let build = BuildID(built.id) else { return }
        do throws(StoreError) {
            try await judgeQuota(build, as: name, for: uid)
            guard !Task.isCancelled else { throw StoreError.givenUp }
        } catch {
            try await abandon(built)
            throw error
        }
    }

    /// Lets go of a build that nobody will keep; one that was made for this alone goes.
    func abandon(_ built: BuildRecord) async throws(StoreError) {
        if let grave = try await builds.abandon(built) { try await Builds.remove(grave, in: layout) }
    }

    /// Writes down what from then on keeps `build`, and lets go of it, also where that fails.
    func releasing<Value: Sendable>(
        _ build: BuildRecord, _ write: @escaping @Sendable () throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        let result: Result<Value, StoreError>
        do throws(StoreError) { result = .success(try await offPool(write)) } catch { result = .failure(error) }
        await builds.release(build, isKept: (try? result.get()) != nil)
        return try result.get()
    }

    func summary(of version: EnvironmentVersion, name: EnvironmentName, created: Double) throws(StoreError) -> EnvironmentSummary {
        summary(of: version, name: name, build: layout.record(of: try version.build), created: created)
    }

    private func summary(
        of version: EnvironmentVersion, name: EnvironmentName, build: BuildRecord, created: Double
    ) -> EnvironmentSummary {
        let jupyter = version.lock.jupyter
        return EnvironmentSummary(
            name: name.text, build: build.id, created: created, packages: version.lock.count, size: build.size,
            python: version.lock.python, jupyter: EnvironmentSummary.JupyterSupport(jupyter.support),
            notices: version.notices + [jupyter.notice].compactMap { $0 })
    }
}

extension EnvironmentSummary.JupyterSupport {
    init(_ support: Lock.JupyterJudgement.Support) {
        self =
            switch support {
            case .server: .server
            case .oldServer: .oldServer
            case .kernel: .kernel
            case .none: .none
            }
    }
}
