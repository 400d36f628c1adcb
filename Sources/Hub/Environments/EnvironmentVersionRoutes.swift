import Environments
import Hummingbird
import LauncherProtocol

/// One version of an environment, current or not: looked at, taken away, verified and repaired, for pages and programs.
struct EnvironmentVersionRoutes {
    let hub: HubServices

    func add(to router: RouterGroup<HubContext>) {
        router.get("environments/:name/versions/:version", use: show)
        router.post("environments/:name/verify", use: verify)
        router.post("environments/:name/repair", use: repair)
    }

    func addAPI(to router: RouterGroup<HubContext>) {
        router.post("environments/:environment/verify", use: verifyForProgram)
        router.post("environments/:environment/repair", use: repairForProgram)
    }

    @Sendable private func show(_ request: Request, _ context: HubContext) async throws -> Response {
        let session = try hub.visitor(request, context)
        let name = try context.segment("name")
        async let history = hub.launcher.call(ListEnvironmentVersions(account: session.account, environment: name))
        let content = try await EnvironmentContent.read(name, version: try context.segment("version"), of: session.account, hub)
        let versions = try await history
        let index = versions.firstIndex { $0.id == content.found.version.id }
        let before = index.flatMap { $0 + 1 < versions.count ? versions[$0 + 1] : nil }
        let values = EnvironmentView(hub.texts, content.found.summary).values
            .merging(VersionView(hub.texts, content.found.version, isCurrent: index == 0, before: before).values) { $1 }
            .merging(hub.takingAway(content.lock)) { $1 }
        return hub.page(
            "environment-version",
            title: hub.texts("environment", "versionTitle", ["name": content.name, "version": String(content.found.version.id.prefix(8))]),
            request: request, context: context,
            values.merging([
                "exact": content.found.version.id, "recipe": content.found.recipe, "explicit": content.found.explicit,
                "all": content.packages.map { ["name": $0.name, "version": $0.version, "build": $0.build, "isAsked": $0.isAsked] },
            ]) { $1 })
    }

    /// Begins to compare a version's build with what was built; of the current version where none is named.
    @Sendable private func verify(_ request: Request, _ context: HubContext) async throws -> Response {
        let (session, form) = try await hub.form(request, context)
        let build = try hub.builds.begin(
            VerifyEnvironment(account: session.account, environment: try context.segment("name"), version: form.filled("version")))
        return .seeOther("/hub/environments/builds/\(build.id)")
    }

    /// Begins to make a version's build anew where it is not what was built.
    @Sendable private func repair(_ request: Request, _ context: HubContext) async throws -> Response {
        let (session, form) = try await hub.form(request, context)
        let name = try context.segment("name")
        let build = try hub.builds.begin(
            account: session.account, name: name,
            RepairEnvironment(account: session.account, environment: name, version: form.filled("version")))
        return .seeOther("/hub/environments/builds/\(build.id)")
    }

    // MARK: API

    private struct Wanted: Decodable {
        var version: String?
    }

    /// Nothing in the body, or `{"version": "…"}`.
    @Sendable private func verifyForProgram(_ request: Request, _ context: HubContext) async throws -> Response {
        let (account, name, version) = try await subject(request, context)
        let outcome = try await hub.launcher.call(VerifyEnvironment(account: account, environment: name, version: version))
        return .json([
            "build": .string(outcome.build), "version": .string(outcome.version), "files": .number(Double(outcome.files)),
            "differences": .array(outcome.differences.map { ["kind": .string($0.kind.rawValue), "path": .string($0.path)] }),
        ])
    }

    /// The same; a build that is as it was built stays.
    @Sendable private func repairForProgram(_ request: Request, _ context: HubContext) async throws -> Response {
        let (account, name, version) = try await subject(request, context)
        return try await .began(
            try hub.builds.begin(
                account: account, name: name, RepairEnvironment(account: account, environment: name, version: version)))
    }

    private func subject(
        _ request: Request, _ context: HubContext
    ) async throws -> (account: String, name: String, version: String?) {
        let wanted = try await request.object(Wanted.self, "with “version”, a version's identity or its beginning", empty: Wanted())
        return (try hub.caller(request, context).account, try context.segment("environment"), wanted.version)
    }
}

extension HubServices {
    /// For the pages: the forms in which an environment with this lock can be taken away.
    func takingAway(_ lock: Lock?) -> [String: Any] {
        func forms(_ isWanted: (String) -> Bool) -> [[String: Any]] {
            Self.downloads.filter(isWanted).map { ["form": $0, "title": texts("export", $0)] }
        }
        return [
            "forms": forms { !EnvironmentDownload.isDeployment($0) }, "deployments": forms(EnvironmentDownload.isDeployment),
            "gpus": lock?.usualGPUs ?? 0,
        ]
    }
}

extension EnvironmentContent {
    /// All packages by name, and which of them the recipe asks for.
    var packages: [(name: String, version: String, build: String, isAsked: Bool)] {
        let asked = recipe.asked
        let all =
            lock.packages.map { ($0.name, $0.version, $0.build, asked.contains($0.name)) }
            + lock.pip.map { ($0.name, $0.version, "pip", asked.contains($0.name)) }
        return all.sorted { $0.0.lowercased() < $1.0.lowercased() }
    }
}
