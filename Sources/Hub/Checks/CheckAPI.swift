import Checks
import Environments
import HTTPTypes
import Hummingbird
import LauncherProtocol

/// `POST /hub/api/environments/check`, `/hub/api/checks/ID` and its `log`: what `berth env check` does, for programs elsewhere.
struct CheckAPI {
    let hub: HubServices

    /// Platforms times CUDA versions: each is a solve.
    private static let mostTargets = 24

    func add(to router: RouterGroup<HubContext>) {
        router.post("environments/check", use: check)
        router.get("checks/:check/log", use: log)
        router.delete("checks/:check", use: giveUp)
    }

    /// 202 with where the check can be followed.
    @Sendable private func check(_ request: Request, _ context: HubContext) async throws -> Response {
        let account = try hub.caller(request, context).account
        let wanted = try await request.object(
            CheckRequest.self,
            "with “recipe”, the text of an environment.yml, and optionally “file”, “files”, “platforms”, “cudas”, “virtual_packages”, “as_of”, “solve”, “build”, “import”, “minimal”, “driver”, “gpu” and “image_jupyter”",
            limit: EnvironmentRoutes.bodyLimit)
        guard !LockFile.isMeant(by: wanted.recipe) else {
            throw HubError(.badRequest, "“recipe” is a lock, and a lock has been solved. Give the text of an environment.yml.")
        }
        do throws(TargetError) { try wanted.wish.validate() } catch { throw HubError(.badRequest, error.phrase) }
        let (file, files) = (wanted.file ?? "environment.yml", wanted.files)
        let check = RecipeCheck(wanted.wish, of: wanted.recipe, context: wanted.context) { text in
            ExpandedRecipe(text, named: file, read: files.map { files in { files[$0] } })
        }
        guard check.targetCount <= Self.mostTargets else {
            throw HubError(
                .badRequest,
                "That is to be solved for \(check.targetCount) hosts, and at most \(Self.mostTargets) are taken at once. Ask for fewer platforms or CUDA versions."
            )
        }
        let run = try hub.checks.begin(check, of: file, for: account)
        return .accepted(run.id, log: "/hub/api/checks/\(run.id)/log")
    }

    @Sendable private func log(_ request: Request, _ context: HubContext) async throws -> Response {
        let run = try run(request, context)
        return .events(run.follow().mapped { [texts = hub.texts] in $0.json(texts) })
    }

    /// One that is over stays as it ended.
    @Sendable private func giveUp(_ request: Request, _ context: HubContext) async throws -> Response {
        try run(request, context).giveUp("This check was given up.")
        return Response(status: .noContent)
    }

    /// One's own; for administrators everybody's.
    private func run(_ request: Request, _ context: HubContext) throws -> CheckRuns.Run {
        let account = try hub.caller(request, context).account
        guard let run = hub.checks.run(try context.segment("check")) else { throw HubError.notFound }
        if run.account != account {
            guard try hub.rights(request, context).allow("admin-ui", on: .hub) else { throw HubError.notFound }
        }
        return run
    }
}
