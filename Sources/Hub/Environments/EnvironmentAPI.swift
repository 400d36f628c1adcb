import Accounts
import Foundation
import HTTPTypes
import Hummingbird
import LauncherProtocol

/// `/hub/api/environments`: what the pages do, for programs.
struct EnvironmentAPI {
    let hub: HubServices

    func add(to router: RouterGroup<HubContext>) {
        router.get("environments", use: list)
        router.post("environments", use: create)
        router.get("environments/:environment", use: inspect)
        router.delete("environments/:environment", use: remove)
    }

    /// A bare list, or with `Accept: application/jupyterhub-pagination+json` one page of it with the way to the next.
    @Sendable private func list(_ request: Request, _ context: HubContext) async throws -> Response {
        let account = try hub.caller(request, context).account
        let page = try Page(request)
        let found = try await hub.launcher.call(
            FindEnvironments(
                account: account, text: request.filledQuery("name_filter") ?? "", offset: page.offset, limit: page.limit))
        return page.response(
            found.environments.map(Models.environment), total: found.names.count, site: hub.site(request), request)
    }

    /// `{"recipe": "…", "name": "…"}`, or with `"git"` or `"from"` in place of the recipe, and what ``RecipeWish`` and
    /// ``GivenRecipe/Choice`` read; 202 with where the build can be followed.
    @Sendable private func create(_ request: Request, _ context: HubContext) async throws -> Response {
        let account = try hub.caller(request, context).account
        let wanted = try await request.object(
            WantedEnvironment.self,
            "with “recipe”, the text of an environment.yml, pixi.toml, pyproject.toml or requirements.txt, “git” or “from”, and optionally “name” and “files”",
            limit: EnvironmentRoutes.bodyLimit)
        guard [wanted.recipe != nil, wanted.git != nil, wanted.from != nil].count(where: \.self) <= 1 else {
            throw HubError(.badRequest, "“recipe”, “git” and “from” say where it comes from: give one of them.")
        }
        var recipe = wanted.recipe
        if recipe == nil, let git = wanted.git {
            recipe = try await hub.launcher.call(FetchRecipe(account: account, url: git.url, reference: git.ref, path: git.path)).recipe
        }
        if let recipe {
            let given = try GivenRecipe(recipe, named: wanted.name, wanted.choice)
            let name = try WantedName(wanted.name, of: given.text)
            let present = await name.present(of: account, hub)
            let call = wanted.wish.call(account, wanted.name, given.text)
            return try await .began(
                try hub.builds.begin(account: account, name: wanted.name ?? "", call), given, nextVersion: present?.name)
        }
        _ = try WantedName(wanted.name, of: "")
        guard case .hub(let source, let version) = wanted.from.flatMap({ RecipeSource($0, site: hub.site(request)) }) else {
            throw HubError(.badRequest, "The body needs “recipe”, “git” or “from”: OWNER/NAME[@VERSION].")
        }
        guard wanted.isCopyAlone else {
            throw HubError(
                .badRequest,
                "“from” copies an environment as it is: “name” and “nearest” can go with it, and nothing else. Leave the rest out."
            )
        }
        let call = CopyEnvironment(
            account: account, source: source, version: version, environment: wanted.name, nearest: wanted.wish.nearest ?? false)
        return try await .began(try hub.builds.begin(account: account, name: wanted.name ?? source, call))
    }

    private struct WantedEnvironment: Decodable {
        struct Repository: Decodable {
            var url: String
            var ref: String?
            var path: String?
        }

        var name: String?
        var recipe: String?
        var git: Repository?
        /// Another environment to copy.
        var from: String?
        var wish: RecipeWish
        var choice: GivenRecipe.Choice

        enum CodingKeys: CodingKey { case name, recipe, git, from }

        /// Whether nothing is said that a copy can't follow.
        var isCopyAlone: Bool {
            wish.cuda == nil && wish.asOf == nil && wish.virtualPackages == nil && wish.base == nil && !choice.isMade
        }

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            name = try values.decodeIfPresent(String.self, forKey: .name)
            recipe = try values.decodeIfPresent(String.self, forKey: .recipe)
            git = try values.decodeIfPresent(Repository.self, forKey: .git)
            from = try values.decodeIfPresent(String.self, forKey: .from)
            wish = try RecipeWish(from: decoder)
            choice = try GivenRecipe.Choice(from: decoder)
        }
    }

    /// `?version=VERSION`; else the current one.
    @Sendable private func inspect(_ request: Request, _ context: HubContext) async throws -> Response {
        let account = try hub.caller(request, context).account
        let found = try await hub.launcher.call(
            InspectEnvironment(
                account: account, environment: try context.segment("environment"), version: request.filledQuery("version")))
        guard case .object(var model) = Models.environment(found.summary) else { throw HubError.notFound }
        model["recipe"] = .string(found.recipe)
        model["explicit"] = .string(found.explicit)
        model["version"] = .string(found.version.id)
        var response = Response.json(.object(model))
        response.headers[.eTag] = "\"\(found.version.id)\""
        return response
    }

    @Sendable private func remove(_ request: Request, _ context: HubContext) async throws -> Response {
        let account = try hub.caller(request, context).account
        _ = try await hub.launcher.call(RemoveEnvironment(account: account, environment: try context.segment("environment")))
        return Response(status: .noContent)
    }
}
