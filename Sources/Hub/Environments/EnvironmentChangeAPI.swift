import Checks
import Environments
import Foundation
import HTTPTypes
import Hummingbird
import LauncherProtocol

/// `/hub/api/environments/NAME/…`: versions, differences, and forms to take away.
struct EnvironmentChangeAPI {
    let hub: HubServices

    func add(to router: RouterGroup<HubContext>) {
        router.post("environments/lint", use: lint)
        router.post("environments/solve", use: solve)
        router.get("environments/:environment/versions", use: versions)
        router.get("environments/:environment/diff", use: diff)
        router.get("environments/:environment/export", use: export)
        router.get("environments/:environment/explain", use: explain)
        router.post("environments/:environment/rollback", use: rollBack)
        router.post("environments/:environment/tags", use: tag)
        router.delete("environments/:environment/tags/:tag", use: untag)
    }

    /// `{"recipe": "…"}`; the findings, and the text with what is safe to mend mended.
    @Sendable private func lint(_ request: Request, _ context: HubContext) async throws -> Response {
        let account = try hub.caller(request, context).account
        struct Wanted: Decodable { var recipe: String }
        let wanted = try await request.object(
            Wanted.self, "with “recipe”, the text of an environment.yml", limit: EnvironmentRoutes.bodyLimit)
        if let problem = RecipeSize.problem(of: wanted.recipe) { throw HubError(.contentTooLarge, problem) }
        let review = await RecipeReview(hub: hub, account: account)
        return .json([
            "findings": .array(review.findings(in: wanted.recipe).map(\.json)), "fixed": .string(review.mended(wanted.recipe)),
        ])
    }

    /// `{"recipe": "…", "platform": "…", "cuda": "…", "as_of": "…", "virtual_packages": ["…"]}`; what it
    /// comes to, what there is to say about it, and the shorter recipe that comes to the same. Nothing is kept.
    @Sendable private func solve(_ request: Request, _ context: HubContext) async throws -> Response {
        let account = try hub.caller(request, context).account
        struct Wanted: Decodable {
            var recipe: String
            var platform: String?
            var cuda: String?
            var as_of: String?
            var virtual_packages: [String]?
        }
        let wanted = try await request.object(
            Wanted.self, "with “recipe”, the text of an environment.yml, and optionally “platform”, “cuda”, “virtual_packages” and “as_of”",
            limit: EnvironmentRoutes.bodyLimit)
        let target = SolveTarget(
            platform: wanted.platform, cuda: wanted.cuda, asOf: wanted.as_of, virtualPackages: wanted.virtual_packages ?? [])
        let review = await RecipeReview(hub: hub, account: account)
        let solved = try await review.solved(wanted.recipe, for: target, by: Attempt(launcher: hub.launcher, account: account))
        guard let lock = try? JSONDecoder().decode(JSONValue.self, from: Data(solved.outcome.lock.utf8)) else {
            throw HubError(
                .serviceUnavailable, "The launcher's lock can't be read; the two halves are of different versions. Restart both.")
        }
        return .json([
            "lock": lock, "notices": .array(solved.outcome.notices.map { .string($0.english) }),
            "findings": .array(solved.review.findings(in: wanted.recipe).map(\.json)), "minimal": JSONValue(solved.shorter),
        ])
    }

    @Sendable private func versions(_ request: Request, _ context: HubContext) async throws -> Response {
        let (account, name) = try subject(request, context)
        let versions = try await hub.launcher.call(ListEnvironmentVersions(account: account, environment: name))
        return .json(.array(versions.map(Models.version)))
    }

    /// `?from=VERSION&to=VERSION`, or `?from=VERSION&with=OWNER/NAME[@VERSION]`; what is left out is the current version.
    @Sendable private func diff(_ request: Request, _ context: HubContext) async throws -> Response {
        let (account, name) = try subject(request, context)
        let (older, newer) = try await EnvironmentContent.compared(name, request, of: account, hub)
        let (packages, settings) = newer.changes(since: older)
        return .json([
            "from": Models.version(older.found.version), "to": Models.version(newer.found.version),
            "changes": .array(packages.map(Models.change)), "settings": .array(settings.map { .string($0) }),
            "recipe": .array(newer.recipeLines(since: older).map { .string($0?.description ?? "…") }),
        ])
    }

    @Sendable private func export(_ request: Request, _ context: HubContext) async throws -> Response {
        let (account, name) = try subject(request, context)
        let form = request.filledQuery("format") ?? EnvironmentDownload.recipe.rawValue
        guard let response = try await hub.download(form, of: name, for: account, request) else {
            throw HubError(.badRequest, "“format” is one of: \(HubServices.downloads.joined(separator: ", ")).")
        }
        return response
    }

    @Sendable private func explain(_ request: Request, _ context: HubContext) async throws -> Response {
        let (account, name) = try subject(request, context)
        guard let package = request.filledQuery("package") else {
            throw HubError(.badRequest, "Say which package is meant: ?package=NAME.")
        }
        let content = try await EnvironmentContent.read(name, version: request.filledQuery("version"), of: account, hub)
        guard let explanation = content.explanation(of: package) else { throw HubError(.notFound, "\(name) has no package “\(package)”.") }
        return .json(["package": .string(package), "explanation": .string(explanation)])
    }

    /// `{"version": "…"}`, and `"nearest": true` where packages that are gone may be replaced.
    @Sendable private func rollBack(_ request: Request, _ context: HubContext) async throws -> Response {
        let (account, name) = try subject(request, context)
        struct Wanted: Decodable {
            var version: String
            var nearest: Bool?
        }
        let wanted = try await request.object(
            Wanted.self, "with “version”, a version's identity or its beginning, and optionally “nearest”")
        let call = RollBackEnvironment(account: account, environment: name, version: wanted.version, nearest: wanted.nearest ?? false)
        return try await .began(try hub.builds.begin(account: account, name: name, call))
    }

    /// `{"tag": "…", "version": "…"}`; without a version, the current one.
    @Sendable private func tag(_ request: Request, _ context: HubContext) async throws -> Response {
        let (account, name) = try subject(request, context)
        struct Wanted: Decodable {
            var tag: String
            var version: String?
        }
        let wanted = try await request.object(Wanted.self, "with “tag”, the release's name, and optionally “version”")
        let versions = try await hub.launcher.call(
            TagEnvironment(account: account, environment: name, tag: wanted.tag, version: wanted.version))
        return .json(.array(versions.map(Models.version)))
    }

    @Sendable private func untag(_ request: Request, _ context: HubContext) async throws -> Response {
        let (account, name) = try subject(request, context)
        _ = try await hub.launcher.call(
            TagEnvironment(account: account, environment: name, tag: try context.segment("tag"), isTakenAway: true))
        return Response(status: .noContent)
    }

    private func subject(_ request: Request, _ context: HubContext) throws -> (account: String, name: String) {
        (try hub.caller(request, context).account, try context.segment("environment"))
    }
}

extension Response {
    /// 202 with where the build can be followed.
    ///
    /// - Parameter name: The environment that was there already; nil for a new one, or where that is understood.
    /// - Throws: where somebody saved meanwhile what it was to stand on.
    static func began(
        _ build: Builds.Build, _ given: GivenRecipe? = nil, nextVersion name: String? = nil
    ) async throws(HubError) -> Response {
        if let error = await build.outdated() { throw HubError(error) }
        var values = given?.json ?? [:]
        values["next_version_of"] = name.map { .string($0) }
        return accepted(build.id, log: "/hub/api/builds/\(build.id)/log", values)
    }

    /// 202 with where the work with this identifier can be followed.
    static func accepted(_ id: String, log: String, _ more: [String: JSONValue] = [:]) -> Response {
        var response = Response.json(
            .object(["id": .string(id), "progress_url": .string(log)].merging(more) { first, _ in first }), status: .accepted)
        response.headers[.location] = log
        return response
    }
}
