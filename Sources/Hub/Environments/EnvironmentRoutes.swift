import Accounts
import Environments
import Foundation
import HTTPTypes
import Hummingbird
import LauncherProtocol

/// `/hub/environments`: make, look at and remove environments.
struct EnvironmentRoutes {
    let hub: HubServices

    /// Bytes of a form or a JSON text with a recipe in it: a form has a chosen file twice, and what is encoded is longer.
    static let bodyLimit = 6 * RecipeSize.most

    func add(to router: RouterGroup<HubContext>) {
        router.get("environments") { _, _ in Response.seeOther("/hub/home#environments") }
        router.get("environments/new", use: blank)
        router.post("environments/new", use: fetch)
        router.post("environments", use: create)
        router.get("environments/builds/:build", use: build)
        router.post("environments/builds/:build/nearest", use: buildNearest)
        router.get("environments/:name", use: show)
        router.get("environments/:name/remove", use: confirm)
        router.post("environments/:name/remove", use: remove)
    }

    @Sendable private func blank(_ request: Request, _ context: HubContext) async throws -> Response {
        let session = try hub.visitor(request, context)
        return newPage(request, context, await hub.editorValues(afterFailure: request, of: session.account) ?? [:])
    }

    private func newPage(
        _ request: Request, _ context: HubContext, _ values: [String: Any], status: HTTPResponse.Status = .ok
    ) -> Response {
        hub.page(
            "environment-new", title: hub.texts("environment", "newTitle"), request: request, context: context, status: status, values)
    }

    /// Shows the recipe of a Git repository or of another environment, to be looked over and built.
    @Sendable private func fetch(_ request: Request, _ context: HubContext) async throws -> Response {
        let (session, form) = try await hub.form(request, context)
        let text = form.filled("source") ?? ""
        var values: [String: Any] = ["source": text, "reference": form["reference"] ?? "", "path": form["path"] ?? ""]
        var status = HTTPResponse.Status.ok
        do {
            guard let source = RecipeSource(text, site: hub.site(request)) else {
                throw HubError(.badRequest, text: hub.texts("environment", "noSource"))
            }
            let found = try await FoundRecipe.find(
                source, reference: form.filled("reference"), path: form.filled("path"), for: session.account, hub)
            values["recipe"] = found.text
            values["origin"] = hub.texts("environment", "origin", ["source": found.origin])
            values["findings"] = await RecipeReview(hub: hub, account: session.account).findings(in: found.text).map(\.values)
        } catch {
            let problem = HubError(error)
            status = problem.status
            values["alert"] = hub.texts(problem.message)
            values["log"] = problem.log.joined(separator: "\n")
            values["hasLog"] = !problem.log.isEmpty
        }
        return newPage(request, context, values, status: status)
    }

    /// Builds a new environment, or only looks its recipe over, mends or solves it where the person asked for that.
    @Sendable private func create(_ request: Request, _ context: HubContext) async throws -> Response {
        let (session, form) = try await hub.form(request, context, limit: Self.bodyLimit)
        let kept = ManifestForm(form)
        if let problem = RecipeSize.problem(of: form.filled("recipe") ?? form["file"] ?? "") {
            return newPage(
                request, context, RecipeWish(form).values.merging(["alert": hub.texts(problem), "name": form["name"] ?? ""]) { $1 },
                status: .contentTooLarge)
        }
        if form["import"] != nil, let kept {
            return await imported(kept, form["recipe"] ?? "", form, of: session.account, request, context)
        }
        guard let recipe = (form.filled("recipe") ?? form.filled("file")).map({ form.whole($0.unixLines) }) else {
            return newPage(
                request, context, ["alert": hub.texts("environment", "empty"), "name": form["name"] ?? ""], status: .badRequest)
        }
        if let manifest = ManifestForm(of: recipe) {
            return await imported(manifest, recipe, form, of: session.account, request, context)
        }
        let name = form.filled("name"), wish = RecipeWish(form)
        if let values = await hub.lookedOver(form, recipe, wish, nil, for: session.account) {
            return newPage(request, context, values.merging(["name": name ?? ""]) { $1 }.merging(kept?.values ?? [:]) { $1 })
        }
        if let (status, question) = await question(name, recipe, form["next"], for: session.account) {
            let values = await RecipeReview(hub: hub, account: session.account).editor(recipe, wish)
            return newPage(
                request, context, values.merging(kept?.values ?? [:]) { $1 }.merging(question) { $1 }, status: status)
        }
        let build = try hub.builds.begin(account: session.account, name: name ?? "", wish.call(session.account, name, recipe))
        return .seeOther("/hub/environments/builds/\(build.id)")
    }

    /// What is to be settled before a new environment is built: a name that can't be one, or that one has already.
    ///
    /// - Parameter accepted: The environment whose next version the person has asked for; nil for none.
    private func question(
        _ name: String?, _ recipe: String, _ accepted: String?, for account: String
    ) async -> (status: HTTPResponse.Status, values: [String: Any])? {
        do throws(HubError) {
            let wanted = try WantedName(name, of: recipe)
            guard let present = await wanted.present(of: account, hub), accepted != present.name else { return nil }
            let values: [String: Any] = [
                "alert": hub.texts("environment", "exists", ["name": present.name]), "name": present.name,
                "exists": [
                    "name": present.name, "path": EnvironmentView.path(present.name),
                    "next": hub.texts("environment", "existsNext", ["name": present.name]),
                ],
            ]
            return (.conflict, values)
        } catch {
            return (error.status, ["alert": hub.texts(error.message), "name": name ?? ""])
        }
    }

    /// What other tools read, as a recipe.
    private func imported(
        _ manifest: ManifestForm, _ text: String, _ form: FormBody, of account: String, _ request: Request, _ context: HubContext
    ) async -> Response {
        let name = form.filled("name")
        let (values, status) = await hub.imported(manifest, text, named: name, RecipeWish(form), for: account)
        return newPage(request, context, values.merging(["name": name ?? ""]) { $1 }, status: status)
    }

    @Sendable private func build(_ request: Request, _ context: HubContext) async throws -> Response {
        let session = try hub.visitor(request, context)
        guard let build = hub.builds.build(try context.segment("build")), build.isSeen(by: session.account) || context.isAdministrator
        else { throw HubError.notFound }
        var values: [String: Any] = [
            "stream": "/hub/api/builds/\(build.id)/log", "name": build.name, "building": !build.events.isFinished, "percent": 0,
            "cancel": build.isCancellable ? "/hub/environments/builds/\(build.id)/cancel" : "",
        ]
        var lines: [String] = []
        if let call = build.verification {
            values["verification"] = [
                "path": EnvironmentView.path(call.environment), "ofVersion": call.version.map { String($0.prefix(8)) } ?? "",
            ]
        }
        for event in build.events.past {
            switch event {
            case .progress(let progress):
                lines.append(hub.texts(progress.message))
                values["percent"] = progress.percent
                values["message"] = hub.texts(progress.message)
            case .done(let summary, _):
                values["done"] = EnvironmentView(hub.texts, summary).values.merging(
                    ["outdated": await hub.outdatedServers(of: session.account, with: summary.name)]
                ) { $1 }
                values["became"] = await became(summary, in: build, for: session.account)
                values["percent"] = 100
            case .verified(let outcome):
                values["verified"] = try await verified(build, outcome, for: session.account)
                lines.append(hub.texts(outcome.inShort))
            case .failed(let error):
                values["failure"] = hub.texts(error.message)
                values["places"] = error.places.map { $0.values(hub.texts) }
                values["offersNearest"] =
                    error.obstacle == .packagesGone && build.account == session.account
                    && build.call.map { !($0 is AdoptEnvironment) } ?? false
                values["id"] = build.id
                if build.edit != nil { values["editor"] = try await editor(of: build) }
                lines += error.log
            }
        }
        values["lines"] = lines.joined(separator: "\n")
        let state = values["failure"] != nil ? "failed" : build.events.isFinished ? "done" : "build"
        let title = build.verification == nil ? hub.texts("environment", state + "Title") : hub.texts("verify", state + "Title")
        return hub.page("build", title: title, request: request, context: context, values)
    }

    /// Which version of what a build has made; nil where whoever looks can't know.
    private func became(_ summary: EnvironmentSummary, in build: Builds.Build, for account: String) async -> String? {
        let name = EnvironmentView.fullName(summary.name, of: build.account)
        guard let versions = try? await hub.launcher.call(ListEnvironmentVersions(account: account, environment: name)),
            let index = versions.firstIndex(where: { $0.build == summary.build })
        else { return nil }
        let number = versions.count - index
        return hub.texts(
            "environment", number == 1 ? "becameFirst" : "becameNext",
            ["name": summary.name, "number": "\(number)", "version": String(versions[index].id.prefix(8))])
    }

    /// What was found, and a way to repair it for whoever may.
    private func verified(
        _ build: Builds.Build, _ outcome: VerifyEnvironment.Outcome, for account: String
    ) async throws -> [String: Any] {
        var values = VerificationView(hub.texts, outcome).values
        guard build.account == account, !outcome.differences.isEmpty else { return values }
        let found = try? await hub.launcher.call(InspectEnvironment(account: account, environment: build.name))
        values["mayRepair"] = found?.summary.right == .admin
        return values
    }

    /// Begins a build anew whose packages are gone, with the nearest that fit.
    @Sendable private func buildNearest(_ request: Request, _ context: HubContext) async throws -> Response {
        let (session, _) = try await hub.form(request, context)
        guard let old = hub.builds.build(try context.segment("build")), old.account == session.account else { throw HubError.notFound }
        let build: Builds.Build
        switch old.call {
        case var call as RollBackEnvironment:
            call.nearest = true
            build = try hub.builds.begin(account: old.account, name: old.name, call)
        case var call as CreateEnvironment:
            call.nearest = true
            build = try hub.builds.begin(account: old.account, name: old.name, call)
        case var call as CopyEnvironment:
            call.nearest = true
            build = try hub.builds.begin(account: old.account, name: old.name, call)
        default: throw HubError.notFound
        }
        return .seeOther("/hub/environments/builds/\(build.id)")
    }

    /// Where the recipe of a build is edited: the environment's own editor once there is one.
    private func editor(of build: Builds.Build) async throws -> String {
        let known = try await hub.launcher.call(ListEnvironments(account: build.account)).contains { $0.name == build.name }
        return (known ? EnvironmentView.path(build.name) + "/edit" : "/hub/environments/new") + "?build=\(build.id)"
    }

    @Sendable private func show(_ request: Request, _ context: HubContext) async throws -> Response {
        let session = try hub.visitor(request, context)
        let name = try context.segment("name")
        async let history = hub.launcher.call(ListEnvironmentVersions(account: session.account, environment: name))
        async let layers = LayerRoutes(hub: hub).values(of: name, for: session.account)
        let found = try await hub.launcher.call(InspectEnvironment(account: session.account, environment: name))
        let versions = try await history
        var values = EnvironmentView(hub.texts, found.summary).values
        values["recipe"] = found.recipe
        values["explicit"] = found.explicit
        values["clone"] = GitRoutes.address(of: found.summary.name, for: session.account, site: hub.site(request))
        values["versions"] = versions.enumerated().map { index, version in
            VersionView(hub.texts, version, isCurrent: index == 0, before: index + 1 < versions.count ? versions[index + 1] : nil).values
        }
        if found.summary.right == .admin {
            let grants = try await hub.launcher.call(ListGrants(account: session.account, environment: name))
            values["grants"] = grants.map { ["to": $0.to, "right": hub.texts("share", $0.right.rawValue)] }
            values["rights"] = EnvironmentRight.allCases.map { ["right": $0.rawValue, "text": hub.texts("share", $0.rawValue)] }
        }
        let open = try await Proposals(hub: hub).open(among: [found.summary], of: session.account, isAdministrator: false)
        if let proposal = open.first?.proposal { values["proposal"] = proposal.id }
        let fullName = EnvironmentView.fullName(found.summary.name, of: session.account)
        values["builds"] = hub.builds.recent(of: fullName).filter { $0.isSeen(by: session.account) }.map { BuildView(hub.texts, $0).values }
        values["outdated"] = await hub.outdatedServers(of: session.account, with: name)
        values.merge(try await layers) { $1 }
        values.merge(hub.takingAway(try? Lock(json: found.lock))) { $1 }
        return hub.page("environment", title: found.summary.name, request: request, context: context, values)
    }

    @Sendable private func confirm(_ request: Request, _ context: HubContext) async throws -> Response {
        let session = try hub.visitor(request, context)
        let found = try await hub.launcher.call(InspectEnvironment(account: session.account, environment: try context.segment("name")))
        var values = EnvironmentView(hub.texts, found.summary).values
        let until = Date().timeIntervalSince1970 + hub.configuration.environments.keepAge
        values["until"] = Format.moment(until)
        values["untilAt"] = Format.machine(until)
        return hub.page(
            "environment-remove", title: hub.texts("environment", "removeTitle", ["name": found.summary.name]), request: request,
            context: context, values)
    }

    @Sendable private func remove(_ request: Request, _ context: HubContext) async throws -> Response {
        let (session, _) = try await hub.form(request, context)
        _ = try await hub.launcher.call(RemoveEnvironment(account: session.account, environment: try context.segment("name")))
        return .seeOther("/hub/home#environments")
    }
}
