import Accounts
import Checks
import Environments
import Foundation
import HTTPTypes
import Hummingbird
import LauncherProtocol

/// `/hub/environments/NAME/…`: what changes an environment or compares its versions.
struct EnvironmentChangeRoutes {
    let hub: HubServices

    func add(to router: RouterGroup<HubContext>) {
        router.get("environments/:name/edit", use: edit)
        router.post("environments/:name/edit", use: change)
        router.get("environments/:name/diff", use: compare)
        router.get("environments/:name/export/:form", use: export)
        router.get("environments/:name/explain", use: explain)
        router.post("environments/:name/rollback", use: rollBack)
        router.post("environments/:name/copy", use: copy)
        router.post("environments/:name/tag", use: tag)
    }

    @Sendable private func edit(_ request: Request, _ context: HubContext) async throws -> Response {
        let session = try hub.visitor(request, context)
        let content = try await EnvironmentContent.read(try context.segment("name"), of: session.account, hub)
        try requireEdit(of: content.found.summary)
        let failed = await hub.editorValues(afterFailure: request, of: session.account)
        if let failed { return await editor(content.name, failed, request, context) }
        let review = await RecipeReview(hub: hub, account: session.account)
        return await editor(
            content.name, review.editor(content.found.recipe, RecipeWish(base: content.found.version.id)), request, context)
    }

    /// Builds the next version, or only looks the text over, mends or solves it where the person asked for that.
    @Sendable private func change(_ request: Request, _ context: HubContext) async throws -> Response {
        let (session, form) = try await hub.form(request, context, limit: EnvironmentRoutes.bodyLimit)
        let name = try context.segment("name")
        try requireEdit(of: try await hub.launcher.call(InspectEnvironment(account: session.account, environment: name)).summary)
        let wish = RecipeWish(form), kept = ManifestForm(form)
        // A page whose script has read the file sends its text alone.
        let given = (form.filled("file") ?? form.filled("recipe")).map { form.whole($0.unixLines) }
        if let given, let problem = RecipeSize.problem(of: given) {
            let values = ["recipe": given, "problem": hub.texts(problem)].merging(wish.values) { $1 }
            return await editor(name, values, request, context, status: .contentTooLarge)
        }
        if let manifest = form["import"] != nil ? kept : given.flatMap(ManifestForm.init(of:)) {
            let (values, status) = await hub.imported(
                manifest, given ?? "", named: name.split(separator: "/").last.map(String.init), wish, for: session.account)
            return await editor(name, values, request, context, status: status)
        }
        guard let recipe = given else { throw HubError(.badRequest, text: hub.texts("environment", "empty")) }
        if let values = await hub.lookedOver(form, recipe, wish, name, for: session.account) {
            return await editor(name, values.merging(kept?.values ?? [:]) { $1 }, request, context)
        }
        let build = try hub.builds.begin(account: session.account, name: name, wish.call(session.account, name, recipe))
        if await build.outdated() != nil, let values = await hub.editorValues(after: build, of: session.account) {
            return await editor(name, values, request, context, status: .conflict)
        }
        return .seeOther("/hub/environments/builds/\(build.id)")
    }

    /// Refuses whoever may only use an environment before they have written anything.
    private func requireEdit(of environment: EnvironmentSummary) throws(HubError) {
        guard environment.right < .edit else { return }
        var error = HubError(
            .forbidden,
            "“\(environment.name)” is shared with you to be used, not to be changed. Make a copy of your own and edit that, or ask its owner for more."
        )
        error.way = .init(path: EnvironmentView.path(environment.name) + "#copy", words: hub.texts("environment", "copy"))
        throw error
    }

    private func editor(
        _ name: String, _ values: [String: Any], _ request: Request, _ context: HubContext, status: HTTPResponse.Status = .ok
    ) async -> Response {
        let account = context.identity?.account ?? ""
        let present = try? await hub.launcher.call(InspectEnvironment(account: account, environment: name)).summary
        return hub.page(
            "environment-edit", title: hub.texts("environment", "editTitle", ["name": name]), request: request, context: context,
            status: status,
            values.merging([
                "name": name, "path": EnvironmentView.path(name), "edits": true, "hasLayer": present?.layers.hasCurrent ?? false,
            ]) { $1 })
    }

    @Sendable private func compare(_ request: Request, _ context: HubContext) async throws -> Response {
        let session = try hub.visitor(request, context)
        let name = try context.segment("name")
        let (older, newer) = try await EnvironmentContent.compared(name, request, of: session.account, hub)
        let (packages, settings) = newer.changes(since: older), recipe = newer.recipeLines(since: older)
        let title =
            newer.name == older.name
            ? hub.texts("environment", "diffTitle", ["name": name])
            : hub.texts("environment", "compareTitle", ["name": older.name, "other": newer.name])
        return hub.page(
            "environment-diff", title: title, request: request, context: context,
            [
                "isOther": newer.name != older.name, "other": newer.name,
                "name": name, "path": EnvironmentView.path(name), "changes": packages.map { ChangeView(hub.texts, $0).values },
                "settings": settings, "isSame": packages.isEmpty && settings.isEmpty,
                "lines": recipe.map(LineDiff.values(of:)), "hasLines": !recipe.isEmpty,
                "older": VersionView(hub.texts, older.found.version).values, "newer": VersionView(hub.texts, newer.found.version).values,
            ])
    }

    @Sendable private func export(_ request: Request, _ context: HubContext) async throws -> Response {
        let session = try hub.visitor(request, context)
        let form = try context.segment("form")
        guard let response = try await hub.download(form, of: try context.segment("name"), for: session.account, request) else {
            throw HubError.notFound
        }
        return response
    }

    @Sendable private func explain(_ request: Request, _ context: HubContext) async throws -> Response {
        let session = try hub.visitor(request, context)
        let version = request.filledQuery("version")
        let content = try await EnvironmentContent.read(try context.segment("name"), version: version, of: session.account, hub)
        let package = request.filledQuery("package") ?? ""
        return hub.page(
            "environment-explain", title: hub.texts("environment", "explainTitle"), request: request, context: context,
            [
                "name": content.name, "path": EnvironmentView.path(content.name), "package": package, "exact": version ?? "",
                "version": VersionView(hub.texts, content.found.version).values,
                "explanation": content.explanation(of: package)
                    ?? hub.texts("environment", "explainNone", ["package": package, "name": content.name]),
            ])
    }

    @Sendable private func rollBack(_ request: Request, _ context: HubContext) async throws -> Response {
        let (session, form) = try await hub.form(request, context)
        let name = try context.segment("name")
        let build = try hub.builds.begin(
            account: session.account, name: name,
            RollBackEnvironment(account: session.account, environment: name, version: form["version"] ?? ""))
        return .seeOther("/hub/environments/builds/\(build.id)")
    }

    /// Makes it one of the visitor's own, under another name or the same.
    @Sendable private func copy(_ request: Request, _ context: HubContext) async throws -> Response {
        let (session, form) = try await hub.form(request, context)
        let source = try context.segment("name")
        let call = CopyEnvironment(
            account: session.account, source: source, version: form.filled("version"), environment: form.filled("to"))
        let build = try hub.builds.begin(account: session.account, name: call.environment ?? source, call)
        return .seeOther("/hub/environments/builds/\(build.id)")
    }

    /// Names a version as a release, or takes the name away.
    @Sendable private func tag(_ request: Request, _ context: HubContext) async throws -> Response {
        let (session, form) = try await hub.form(request, context)
        let name = try context.segment("name")
        _ = try await hub.launcher.call(
            TagEnvironment(
                account: session.account, environment: name, tag: form.filled("tag") ?? "", version: form.filled("version"),
                isTakenAway: form["remove"] != nil))
        // Where a name is taken away, the version's own page is where that was done.
        let place = form["remove"] == nil ? nil : form.filled("version")
        return .seeOther(EnvironmentView.path(name) + (place.map { "/versions/\($0.percentEncodedWhole)" } ?? "#history"))
    }
}

extension HubServices {
    /// What the editor shows after `?build=BUILD`, a build that failed: the recipe is not lost, and the lines
    /// at fault are named. Nil where there is no such build.
    func editorValues(afterFailure request: Request, of account: String) async -> [String: Any]? {
        guard let build = request.filledQuery("build").flatMap({ builds.build($0) }) else { return nil }
        return await editorValues(after: build, of: account)
    }

    /// The same of one build; nil where it was no recipe, or somebody else's.
    func editorValues(after build: Builds.Build, of account: String) async -> [String: Any]? {
        guard build.account == account, let edit = build.edit else { return nil }
        let failure = build.failure
        let values = await RecipeReview(hub: self, account: account).editor(
            edit.recipe, RecipeWish(edit), places: failure?.places ?? [], problem: failure?.message)
        return values.merging(await OutdatedEdit(build, of: account, self)?.values ?? [:]) { $1 }
    }

    /// What the editor shows where its button only looks the recipe over, mends, shortens or solves it; nil where it is to be built.
    func lookedOver(
        _ form: FormBody, _ recipe: String, _ wish: RecipeWish, _ environment: String?, for account: String
    ) async -> [String: Any]? {
        if form["solve"] != nil { return await solved(recipe, wish, environment, for: account) }
        guard ["check", "mend", "shorten"].contains(where: { form[$0] != nil }) else { return nil }
        let review = await RecipeReview(hub: self, account: account)
        if let names = form["shorten"] {
            let shorter = Lint.without(Set(names.split(separator: " ").map(String.init)), in: recipe)
            return review.editor(shorter, wish).merging(["mended": texts("environment", "shortened")]) { $1 }
        }
        guard form["mend"] != nil else { return review.editor(recipe, wish) }
        let mended = review.mended(recipe)
        var values = review.editor(mended, wish)
        values["mended"] = mended == recipe ? texts("environment", "nothingMended") : texts("environment", "mended")
        return values
    }

    /// What the editor shows after the recipe was solved, and nothing kept.
    private func solved(_ recipe: String, _ wish: RecipeWish, _ environment: String?, for account: String) async -> [String: Any] {
        let review = await RecipeReview(hub: self, account: account)
        do throws(LauncherError) {
            let attempt = Attempt(launcher: launcher, account: account, environment: environment)
            let solved = try await review.solved(recipe, for: wish.target, by: attempt)
            var values = solved.review.editor(recipe, wish)
            values["solved"] = texts("environment", "solved", ["packages": texts(.packages(solved.lock?.count ?? 0))])
            if let names = solved.shorter?.superfluous.sorted() {
                let text = texts("environment", "shorter", ["count": "\(names.count)", "names": names.joined(separator: ", ")])
                values["shorter"] = ["text": text, "names": names.joined(separator: " ")]
            }
            return values
        } catch {
            return review.editor(recipe, wish, places: error.places, problem: error.message)
        }
    }

    /// The forms in which an environment can be taken away.
    static let downloads = EnvironmentDownload.allCases.map(\.rawValue) + EnvironmentArchive.forms.map(\.form)

    /// An environment to take away; a container made of it runs as `account`. Nil where there is no such form.
    func download(_ form: String, of name: String, for account: String, _ request: Request) async throws -> Response? {
        let version = request.filledQuery("version")
        if let (_, compression) = EnvironmentArchive.forms.first(where: { $0.form == form }) {
            return try await EnvironmentArchive.response(
                PackEnvironment(account: account, environment: name, version: version, compression: compression), self)
        }
        guard let form = EnvironmentDownload(rawValue: form) else { return nil }
        let content = try await EnvironmentContent.read(name, version: version, of: account, self)
        let person = try await launcher.call(LookUpAccount(account: account))
        let gpus = request.filledQuery("gpus").flatMap { Int($0) }
        return try form.response(
            content, for: (person.uid, person.gid, person.home), gpus: min(max(gpus ?? content.lock.usualGPUs, 0), 64))
    }
}

extension Request {
    /// The value of a query parameter; nil where it is empty or missing.
    func filledQuery(_ name: String) -> String? { query(name).flatMap { $0.isEmpty ? nil : $0 } }
}

extension String {
    /// A form's lines end in CR LF; recipes are kept as they are written on this system.
    var unixLines: String {
        let text = replacing("\r\n", with: "\n")
        return text.hasSuffix("\n") ? text : text + "\n"
    }
}
