import Foundation
import LauncherProtocol
import Secrets
import Synchronization

/// A launcher that knows a few accounts, and keeps what was asked of it.
final class FakeLauncher: LauncherCalling {
    struct State {
        var environments: [EnvironmentSummary] = []
        /// What administrators prefer, and whether they demand it.
        var preferred: String?
        var isDemanded = false
        var profiles = [
            ProfileSummary(name: "cpu", title: "CPU", description: "", image: "berth/trial:1", cpus: 2, memory: 4 << 30, gpus: nil)
        ]
        var gpus = GPUOverview(gpus: [], problem: "No GPU is known.")
        var host = HostDescription(platform: "linux-64", hasGPU: false, imageHasJupyter: true)
        var outage: LauncherError?
        /// How a start ends; nil: it never does.
        var start: Result<ServerRecord, LauncherError>?
        /// How a build ends, after one report.
        var build: Result<EnvironmentSummary, LauncherError>?
        /// How a solve ends.
        var solve: Result<SolveRecipe.Outcome, LauncherError>?
        /// How a recipe that is tried is built.
        var tried: Result<TryRecipe.Outcome, LauncherError>?
        /// For which hosts recipes were solved.
        var targets: [SolveTarget] = []
        /// The names of all calls.
        var calls: [String] = []
        /// Answers to PAM, as text, because tests compare them.
        var answers: [[String]] = []
        var closed: [String] = []
        var started: [StartServer] = []
        var recipes: [String] = []
        /// The same with what goes with them.
        var wanted: [CreateEnvironment] = []
        /// Builds that need no recipe, in words.
        var built: [String] = []
        /// Servers that run what is no longer current.
        var outdated: [OutdatedServer] = []
        /// Builds that were begun elsewhere and are cancelled, by whom.
        var cancelled: [String] = []
        /// Who had garbage looked for or removed.
        var collected: [String] = []
        /// Whether garbage is personal layers and nothing else.
        var onlyLayers = false
        /// What was removed and can be brought back.
        var removed: [RemovedEnvironment] = []
        var grants: [EnvironmentGrant] = []
        var assignments: [EnvironmentAssignment] = []
        var images: [ImageSummary] = []
        var everybodys: [EnvironmentOverview] = []
        var storage: [AccountStorage] = []
        /// Accounts that the host has no longer.
        var gone: Set<String> = []
        /// Further groups of accounts.
        var groups: [String: [String]] = [:]
        var quota: Int?
        /// How fetching an image ends, after one report.
        var pull: Result<Done, LauncherError>?
        var layer = LayerSummary(build: "", files: 0, bytes: 0, changes: [], notices: [])
        /// What lies over versions that are not the current one.
        var earlier: [PersonalLayer] = []
        /// What lies over environments that are gone.
        var orphaned: [OrphanedLayer] = []
        /// Names of whatever version is looked at.
        var tags: [String] = []
        /// What a verification finds.
        var differences: [VerifyEnvironment.Difference] = [.init(.changed, "bin/python")]
        fileprivate var logins: [String: String] = [:]
    }

    let state = Mutex(State())
    /// One element for each CloseLogin.
    let closings: AsyncStream<String>
    private let closing: AsyncStream<String>.Continuation

    init() { (closings, closing) = AsyncStream.makeStream(of: String.self) }

    func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }
    var now: State { state.withLock { $0 } }

    private struct Unknown: Error {}

    func call<Call: LauncherCall>(
        _ call: Call, secrets: [Secret], progress: @escaping @Sendable (Call.Progress) -> Void
    ) async throws(LauncherError) -> Call.Outcome {
        // The hub asks for that by itself.
        if call is WatchElsewhere { return try await tellOfBuilds(progress) }
        let outage = state.withLock { state in
            state.calls.append(Call.name)
            return state.outage
        }
        if let outage { throw outage }
        let outcome: any Sendable
        switch call {
        case let call as OpenLogin: outcome = open(call)
        case let call as AnswerLogin: outcome = try answer(call, secrets)
        case let call as CloseLogin:
            state.withLock { $0.closed.append(call.session) }
            closing.yield(call.session)
            outcome = Done()
        case let call as CancelLogin:
            state.withLock { _ = $0.logins.removeValue(forKey: call.login) }
            outcome = Done()
        case is ListProfiles: outcome = now.profiles
        case is DescribeHost: outcome = now.host
        case is ListEnvironments: outcome = now.environments
        case let call as FindEnvironments:
            let matching = now.environments.filter { call.text.isEmpty || $0.name.contains(call.text) }
            outcome = FindEnvironments.Outcome(
                names: matching.map(\.name), environments: Array(matching.dropFirst(call.offset).prefix(call.limit)),
                preferred: now.preferred ?? (now.environments.count == 1 ? now.environments[0].name : nil), isDemanded: now.isDemanded)
        case let call as InspectEnvironment:
            guard let found = now.environments.first(where: { $0.name == call.environment }) else {
                throw LauncherError(.notFound, "There is no environment “\(call.environment)”.")
            }
            outcome = Self.content(found, version: call.version ?? Self.versions[0].id, tags: now.tags)
        case is ListEnvironmentVersions: outcome = Self.versions
        case let call as InspectLayer: outcome = call.version == nil ? now.layer : now.earlier[0].summary
        case is ListLayers:
            let layer = now.layer
            let current = PersonalLayer(version: Self.versions[0], isCurrent: true, isSaved: false, changed: 1_700_000_000, summary: layer)
            outcome = (layer.files > 0 ? [current] : []) + now.earlier
        case let call as SaveLayer:
            let words = ["save \(call.environment)", call.version.map { "over \($0)" }, call.newName.map { "as \($0)" }]
            state.withLock { $0.built.append(words.compactMap(\.self).joined(separator: " ")) }
            outcome = try await ending(now.build)
        case let call as RollBackEnvironment:
            state.withLock { $0.built.append("rollback \(call.environment) \(call.version)" + (call.nearest ? " nearest" : "")) }
            outcome = try await ending(call.nearest ? .success(Self.built(call.environment)) : now.build)
        case is ListOrphanedLayers: outcome = now.orphaned
        case let call as DiscardLayer:
            state.withLock { state in
                if let build = call.orphan {
                    return state.orphaned.removeAll { $0.environment == call.environment && $0.build.hasPrefix(build) }
                }
                guard let version = call.version, version != Self.versions[0].id else {
                    return state.layer = LayerSummary(build: "", files: 0, bytes: 0, changes: [], notices: [])
                }
                state.earlier.removeAll { $0.version.id == version }
            }
            outcome = Done()
        case let call as RepairEnvironment:
            state.withLock { $0.built.append("repair \(call.environment)" + (call.version.map { " \($0)" } ?? "")) }
            outcome = try await ending(now.build)
        case let call as VerifyEnvironment:
            if let report = BuildProgress(.comparing, "Compared 3 of 3 files", fraction: 1) as? Call.Progress {
                progress(report)
            }
            outcome = VerifyEnvironment.Outcome(
                build: "b", version: Self.versions.first { $0.id.hasPrefix(call.version ?? "") }?.id ?? "", files: 3,
                differences: now.differences)
        case let call as FetchRecipe:
            guard call.url == "https://git.example.org/x" else { throw LauncherError(.failed, "It can't be fetched.", log: ["fatal: no"]) }
            outcome = FetchRecipe.Outcome(
                recipe: "name: found\ndependencies: [python]  # \(call.reference ?? "")\n", commit: String(repeating: "c", count: 40))
        case let call as CopyEnvironment:
            state.withLock { $0.built.append("copy \(call.source) \(call.version ?? "current") \(call.environment ?? "same")") }
            outcome = try await ending(now.build)
        case is FindHomeEnvironments:
            outcome = [HomeEnvironment(path: "miniforge3/envs/lab", kind: .conda, python: "3.11.2", packages: 7)]
        case let call as ReadHomeEnvironment:
            outcome = ReadHomeEnvironment.Outcome(
                name: "lab", fromHistory: "# \(call.path)\n", noBuilds: "", explicit: "@EXPLICIT\n", lock: "{}", notices: ["Mind this."],
                exactProblem: call.path.hasSuffix("old") ? "It is too old." : nil)
        case let call as AdoptEnvironment:
            state.withLock { $0.built.append("adopt \(call.path) \(call.environment ?? "same") \(call.form.rawValue)") }
            outcome = try await ending(now.build)
        case let call as TagEnvironment:
            state.withLock { $0.built.append("tag \(call.tag) \(call.isTakenAway ? "away" : call.version ?? "current")") }
            outcome = Self.versions
        case is ListGrants: outcome = now.grants
        case let call as ShareEnvironment:
            outcome = state.withLock { state in
                state.grants.removeAll { $0.to == call.to }
                if let right = call.right { state.grants.append(EnvironmentGrant(to: call.to, right: right)) }
                return state.grants
            }
        case let call as CollectGarbage:
            if call.account == "hub-admin" { throw LauncherError(.refused, "Only members of an administrators' group may do that.") }
            state.withLock { $0.collected.append("\(call.account) \(call.dryRun ? "looks" : "removes")") }
            outcome = CollectGarbage.Outcome(
                builds: now.onlyLayers ? [] : ["a", "b"], packages: now.onlyLayers ? [] : ["numpy-2.1.0-py311"],
                wheels: now.onlyLayers ? [] : ["rich-14.0-py3-none-any.whl"],
                bytecode: now.onlyLayers ? 0 : 5, environments: now.onlyLayers ? [] : ["alice/old"], freed: now.onlyLayers ? 0 : 3 << 30,
                kept: 1, free: 2, layers: now.onlyLayers ? 2 : 0, layerBytes: now.onlyLayers ? 5 << 20 : 0)
        case let call as ListAssignments:
            if call.account == "hub-admin" { throw LauncherError(.refused, "Only members of an administrators' group assign.") }
            outcome = now.assignments
        case let call as AssignEnvironment:
            outcome = state.withLock { state in
                state.assignments.removeAll { $0.environment == call.assignment.environment && $0.to == call.assignment.to }
                if !call.isTakenBack { state.assignments.append(call.assignment) }
                return state.assignments
            }
        case let call as LookUpAccount:
            guard !now.gone.contains(call.account) else { throw LauncherError(.notFound, "There is no account “\(call.account)”.") }
            outcome = Self.account(call.account, groups: now.groups[call.account] ?? [])
        case let call as RemoveEnvironment:
            let removed = RemovedEnvironment(
                id: "\(call.environment)~1700000000", name: call.environment, removed: 1_700_000_000, until: 1_715_552_000,
                isNameTaken: false)
            state.withLock {
                $0.environments.removeAll { $0.name == call.environment }
                $0.removed.insert(removed, at: 0)
            }
            outcome = removed
        case is ListRemovedEnvironments:
            outcome = now.removed.map { one in
                RemovedEnvironment(
                    id: one.id, name: one.name, removed: one.removed, until: one.until,
                    isNameTaken: now.environments.contains { $0.name == one.name })
            }
        case let call as BringBackEnvironment:
            guard let found = now.removed.first(where: { $0.id == call.removed || $0.name == call.removed }) else {
                throw LauncherError(.notFound, "There is no removed environment “\(call.removed)”.")
            }
            let back = Self.built(call.newName ?? found.name)
            guard !now.environments.contains(where: { $0.name == back.name }) else {
                throw LauncherError(.conflict, "You have an environment “\(back.name)” already. Choose another name.")
            }
            state.withLock {
                $0.removed.removeAll { $0.id == found.id }
                $0.environments.append(back)
            }
            outcome = back
        case let call as CreateEnvironment:
            if let base = call.base, !Self.versions[0].id.hasPrefix(base) {
                throw LauncherError(
                    .conflict, "“\(call.environment ?? "")” was saved meanwhile.", log: ["+ theirs"],
                    obstacle: .newerVersion(Self.versions[0].id))
            }
            state.withLock {
                $0.recipes.append(call.recipe)
                $0.wanted.append(call)
            }
            if let report = BuildProgress(.solving, "Solving") as? Call.Progress { progress(report) }
            outcome = try await ending(now.build)
        case let call as SolveRecipe:
            state.withLock { $0.targets.append(call.target) }
            outcome = try await ending(now.solve)
        case is TryRecipe: outcome = try await ending(now.tried)
        case let call as StartServer:
            state.withLock { $0.started.append(call) }
            if let report = StartProgress(.pulling, "Pulling the image", fraction: 0.5) as? Call.Progress { progress(report) }
            outcome = try await ending(now.start)
        case is StopServer: outcome = Done()
        case is ListOutdatedServers: outcome = now.outdated
        case let call as CancelBuild:
            state.withLock { $0.cancelled.append("\(call.build) by \(call.account)") }
            outcome = Done()
        case is ListGPUs: outcome = now.gpus
        case is ListImages: outcome = now.images
        case let call as ListAllEnvironments:
            let found = now.everybodys.filter { call.text.isEmpty || "\($0.owner)/\($0.name)".contains(call.text) }
            outcome = ListAllEnvironments.Outcome(
                environments: Array(found.dropFirst(call.offset).prefix(call.limit)), total: found.count)
        case is ReadOwnStorage:
            outcome = ReadOwnStorage.Outcome(
                environments: [.init(name: "lab", size: 5 << 30)], builds: 5 << 30, layers: 1 << 30, quota: now.quota)
        case let call as ReadStorage:
            let found = now.storage.filter { call.text.isEmpty || $0.owner.contains(call.text) }
            outcome = ReadStorage.Outcome(
                accounts: Array(found.dropFirst(call.offset).prefix(call.limit)), total: found.count, environments: 500, builds: 7,
                size: 5 << 30, disk: 100 << 30, free: 25 << 30)
        case is PullImage:
            if let report = ImageProgress("1 of 2 layers", fraction: 0.5) as? Call.Progress { progress(report) }
            outcome = try await ending(now.pull)
        case let call as RemoveImage:
            guard now.images.contains(where: { $0.name == call.image && $0.isUnused }) else { throw LauncherError(.conflict, "in use") }
            state.withLock { $0.images.removeAll { $0.name == call.image } }
            outcome = Done()
        case is ListServers: outcome = [ServerRecord]()
        case is ReadServerLog: outcome = [String]()
        default: throw LauncherError(.invalid, "The test's launcher does not know \(Call.name).")
        }
        guard let outcome = outcome as? Call.Outcome else { throw LauncherError(.invalid, "wrong outcome") }
        return outcome
    }

    private let watchers = Mutex<[UUID: @Sendable (ElsewhereNews) -> Void]>([:])

    /// Tells whoever watches the builds that were begun past the gateway.
    func tell(_ news: ElsewhereNews) { for watcher in watchers.withLock({ Array($0.values) }) { watcher(news) } }

    /// Somebody watches.
    var isWatched: Bool { watchers.withLock { !$0.isEmpty } }

    private func tellOfBuilds<Outcome: Sendable, Progress: Sendable>(_ progress: @escaping @Sendable (Progress) -> Void)
        async throws(LauncherError) -> Outcome
    {
        let key = UUID()
        watchers.withLock { $0[key] = { if let news = $0 as? Progress { progress(news) } } }
        defer { watchers.withLock { _ = $0.removeValue(forKey: key) } }
        return try await ending(nil)
    }

    private func ending<Value: Sendable>(_ result: Result<Value, LauncherError>?) async throws(LauncherError) -> Value {
        if let result { return try result.get() }
        do { try await Task.sleep(for: .seconds(3600)) } catch {}
        throw LauncherError(.unavailable, "given up")
    }

    // MARK: Environments

    /// The newest first, as the store lists them.
    static let versions = ["b", "a"].map { digit in
        EnvironmentVersionSummary(
            id: String(repeating: digit, count: 40), time: 1_700_000_000, author: "anna",
            message: digit == "a" ? "Create the environment" : "Change the environment", build: digit, isBuilt: digit == "b")
    }

    private static func built(_ name: String) -> EnvironmentSummary {
        EnvironmentSummary(
            name: name, build: "near", created: 0, packages: 1, size: 1, python: nil, jupyter: .none, notices: ["numpy is another one."])
    }

    /// The older version has numpy 1, the newer one numpy 2.
    private static func content(_ summary: EnvironmentSummary, version: String, tags: [String]) -> InspectEnvironment.Outcome {
        let found = versions.first { $0.id.hasPrefix(version) } ?? versions[0]
        let numpy = found.build == "a" ? "1.26.4" : "2.1.3"
        let lock = """
            {"format": 1, "platform": "linux-64", "pip": [], "pipOptions": [], "variables": {}, "packages": [{"name": "numpy",
            "version": "\(numpy)", "build": "0", "buildNumber": 0, "url": "https://conda.anaconda.org/conda-forge/linux-64/numpy-\(numpy)-0.conda",
            "sha256": "\(numpy)", "subdir": "linux-64", "depends": [], "constrains": []}]}
            """
        return InspectEnvironment.Outcome(
            summary: summary,
            recipe: "name: \(summary.name.split(separator: "/").last ?? "")\ndependencies:\n  - numpy\(found.build == "a" ? "=1" : "")\n",
            explicit: "@EXPLICIT\n", lock: lock,
            version: EnvironmentVersionSummary(
                id: found.id, time: found.time, author: found.author, message: found.message, build: found.build, isBuilt: found.isBuilt,
                tags: tags))
    }

    // MARK: PAM

    static func account(_ name: String, groups: [String] = []) -> Account {
        Account(
            name: name, uid: 1001, gid: 1001, groups: ([name] + groups).map { .init(name: $0, gid: 1001) },
            fullName: "\(name.capitalized) Person",
            home: "/home/\(name)", shell: "/bin/bash")
    }

    private func open(_ call: OpenLogin) -> OpenLogin.Outcome {
        let login = "login-\(call.account)-\(UInt32.random(in: 0 ... .max))"
        state.withLock { $0.logins[login] = call.account }
        let step: LoginStep =
            switch call.account {
            case "many": .tooMany(retryAfter: 42)
            case "codefirst": .ask([.init(style: .echoOn, text: "Code: ")])
            default: .ask([.init(style: .echoOff, text: "Password: ")])
            }
        return OpenLogin.Outcome(login: login, step: step)
    }

    private func answer(_ call: AnswerLogin, _ secrets: [Secret]) throws(LauncherError) -> LoginStep {
        let texts = secrets.map { $0.withBytes { String(decoding: $0, as: UTF8.self) } }
        let account = state.withLock { state in
            state.answers.append(texts)
            return state.logins[call.login]
        }
        guard let account else { throw LauncherError(.notFound, "There is no such log-in.") }
        switch (account, texts) {
        case ("alice", ["right"]), ("otto", ["123456"]), ("erna", ["new-1", "new-1"]), ("codefirst", ["right"]):
            return .success(
                account: Self.account(account), session: "pam-\(account)",
                messages: account == "erna" ? [.init(style: .info, text: "Changed.")] : [])
        case ("ALICE", ["right"]): return .success(account: Self.account("alice"), session: "pam-alice", messages: [])
        case ("otto", ["right"]):
            return .ask([.init(style: .info, text: "A code was sent."), .init(style: .echoOff, text: "One-time password: ")])
        case ("erna", ["right"]):
            return .ask([
                .init(style: .error, text: "Your password has expired."), .init(style: .echoOff, text: "New password: "),
                .init(style: .echoOff, text: "Retype new password: "),
            ])
        case ("codefirst", ["77"]): return .ask([.init(style: .echoOff, text: "Password: ")])
        default: return .failure
        }
    }
}
