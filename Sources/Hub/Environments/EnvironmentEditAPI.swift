import Foundation
import HTTPTypes
import Hummingbird
import LauncherProtocol

/// `PUT` and `PATCH` of `/hub/api/environments/NAME`: its next version, on top of the one that the program knows.
struct EnvironmentEditAPI {
    let hub: HubServices

    func add(to router: RouterGroup<HubContext>) {
        router.put("environments/:environment", use: replace)
        router.patch("environments/:environment", use: change)
    }

    /// `{"recipe": "…", "base": "…", "cuda": "…", "virtual_packages": ["…"], "as_of": "…", "nearest": true}`, or the base as `If-Match`.
    @Sendable private func replace(_ request: Request, _ context: HubContext) async throws -> Response {
        let (account, name) = (try hub.caller(request, context).account, try context.segment("environment"))
        let wanted = try await body(of: request)
        guard let recipe = wanted.recipe else { throw HubError(.badRequest, "The body needs “recipe”, the text of an environment.yml.") }
        return try await begin(recipe, wanted, name, account, request)
    }

    /// The same; without a recipe, the present one is solved anew.
    @Sendable private func change(_ request: Request, _ context: HubContext) async throws -> Response {
        let (account, name) = (try hub.caller(request, context).account, try context.segment("environment"))
        var wanted = try await body(of: request)
        if wanted.recipe == nil {
            let current = try await hub.launcher.call(InspectEnvironment(account: account, environment: name))
            wanted.recipe = current.recipe
            wanted.wish.base = wanted.wish.base ?? current.version.id
        }
        return try await begin(wanted.recipe ?? "", wanted, name, account, request)
    }

    private struct Wanted: Decodable {
        var recipe: String?
        var wish: RecipeWish
        var choice: GivenRecipe.Choice

        enum CodingKeys: CodingKey { case recipe }

        init(from decoder: any Decoder) throws {
            recipe = try decoder.container(keyedBy: CodingKeys.self).decodeIfPresent(String.self, forKey: .recipe)
            wish = try RecipeWish(from: decoder)
            choice = try GivenRecipe.Choice(from: decoder)
        }
    }

    private func body(of request: Request) async throws -> Wanted {
        try await request.object(
            Wanted.self,
            "with “recipe”, the text of an environment.yml, pixi.toml, pyproject.toml or requirements.txt, and optionally “files”, “base”, “cuda”, “virtual_packages”, “as_of” and “nearest”",
            limit: EnvironmentRoutes.bodyLimit)
    }

    private func begin(
        _ recipe: String, _ wanted: Wanted, _ name: String, _ account: String, _ request: Request
    ) async throws -> Response {
        let given = try GivenRecipe(recipe, named: name.split(separator: "/").last.map(String.init), wanted.choice)
        var wish = wanted.wish
        // RFC 9110, 13.1.1; a version's identity is its entity tag.
        let condition = request.headers[.ifMatch]?.trimmingCharacters(in: .whitespaces)
        if let condition {
            if condition != "*" {
                guard condition.hasPrefix("\""), condition.hasSuffix("\""), condition.count > 2 else {
                    throw HubError(.badRequest, "“If-Match” is the “ETag” of the environment, in quotes.")
                }
                wish.base = String(condition.dropFirst().dropLast())
            }
            try await requirePresent(name, for: account)
        }
        do throws(HubError) {
            return try await .began(try hub.builds.begin(account: account, name: name, wish.call(account, name, given.text)), given)
        } catch {
            guard condition != nil, case .newerVersion = error.obstacle else { throw error }
            var error = error
            error.status = .preconditionFailed
            throw error
        }
    }

    /// “If-Match” wants something to match; where there is nothing, not even “*” does.
    private func requirePresent(_ name: String, for account: String) async throws(HubError) {
        do throws(LauncherError) {
            _ = try await hub.launcher.call(InspectEnvironment(account: account, environment: name))
        } catch {
            guard error.kind == .notFound else { throw HubError(error) }
            throw HubError(
                .preconditionFailed,
                "There is no “\(name)” that “If-Match” could match, and nothing was built. Leave it and “base” out to make the environment."
            )
        }
    }
}
