import Accounts
import Environments
import Hummingbird
import LauncherProtocol

/// `/hub/adopt` and `/hub/api/home-environments`: environments made by hand in the home directory, taken over.
struct AdoptRoutes {
    let hub: HubServices

    func add(to router: RouterGroup<HubContext>) {
        router.get("adopt", use: show)
        router.post("adopt", use: adopt)
    }

    func addAPI(to router: RouterGroup<HubContext>) {
        router.get("home-environments", use: list)
        router.post("home-environments", use: adoptByAPI)
    }

    /// What there is, or with `?path=` one of them in the forms it can be taken over in.
    @Sendable private func show(_ request: Request, _ context: HubContext) async throws -> Response {
        let session = try hub.visitor(request, context)
        guard let path = request.filledQuery("path") else {
            let found = try await hub.homeFindings.look(of: session.account)
            return hub.page(
                "adopt", title: hub.texts("adopt", "title"), request: request, context: context,
                ["found": found.map { HomeEnvironmentView(hub.texts, $0).values }])
        }
        let read = try await hub.launcher.call(ReadHomeEnvironment(account: session.account, path: path))
        return hub.page(
            "adopt-one", title: hub.texts("adopt", "oneTitle", ["path": path]), request: request, context: context,
            [
                "path": path, "name": read.name, "history": read.fromHistory, "noBuilds": read.noBuilds, "explicit": read.explicit,
                "remarks": read.notices.map { hub.texts($0) }, "exactProblem": read.exactProblem.map { hub.texts($0) } ?? "",
                "isExact": read.exactProblem == nil,
            ])
    }

    @Sendable private func adopt(_ request: Request, _ context: HubContext) async throws -> Response {
        let (session, form) = try await hub.form(request, context)
        let name = form.filled("name")
        let call = AdoptEnvironment(
            account: session.account, path: form["path"] ?? "", environment: name,
            form: form["form"].flatMap(AdoptEnvironment.Form.init(rawValue:)) ?? .history)
        let build = try hub.builds.begin(account: session.account, name: name ?? "", call)
        return .seeOther("/hub/environments/builds/\(build.id)")
    }

    /// With `?path=`, one of them with its recipes and its lock.
    @Sendable private func list(_ request: Request, _ context: HubContext) async throws -> Response {
        let account = try hub.caller(request, context).account
        guard let path = request.filledQuery("path") else {
            return .json(.array(try await hub.homeFindings.look(of: account).map(Self.json)))
        }
        let read = try await hub.launcher.call(ReadHomeEnvironment(account: account, path: path))
        return .json([
            "name": .string(read.name), "from_history": .string(read.fromHistory), "no_builds": .string(read.noBuilds),
            "explicit": .string(read.explicit), "lock": .string(read.lock), "notices": .array(read.notices.map { .string($0.english) }),
            "exact_problem": JSONValue(read.exactProblem?.english),
        ])
    }

    /// `{"path": "…", "name": "…", "form": "history"}`.
    @Sendable private func adoptByAPI(_ request: Request, _ context: HubContext) async throws -> Response {
        struct Wanted: Decodable {
            var path: String
            var name: String?
            var form: AdoptEnvironment.Form?
        }
        let account = try hub.caller(request, context).account
        let wanted = try await request.object(Wanted.self, "with “path”, and optionally “name” and “form”: history, no-builds or exact")
        let call = AdoptEnvironment(account: account, path: wanted.path, environment: wanted.name, form: wanted.form ?? .history)
        return try await .began(try hub.builds.begin(account: account, name: wanted.name ?? "", call))
    }

    private static func json(_ found: HomeEnvironment) -> JSONValue {
        [
            "path": .string(found.path), "kind": .string(found.kind.rawValue), "python": JSONValue(found.python),
            "packages": .number(Double(found.packages)),
        ]
    }
}

/// What the pages show of an environment in a home directory.
struct HomeEnvironmentView {
    let values: [String: Any]

    init(_ texts: TextCatalog, _ found: HomeEnvironment) {
        values = [
            "path": found.path, "address": "/hub/adopt?path=" + found.path.percentEncodedWhole, "kind": found.kind.rawValue,
            "python": found.python.map { "Python \($0)" } ?? texts("environment", "noPython"),
            "packages": texts(.packages(found.packages)),
        ]
    }
}
