import Accounts
import HTTPTypes
import Hummingbird
import LauncherProtocol
import Servers

/// `/hub/api`, `/user`, `/users/NAME`: who one is, and one's servers.
struct UserAPI {
    let hub: HubServices

    /// The version of JupyterHub whose API this is: clients decide by it what they may ask.
    static let version = "5.5.1"

    func add(to router: RouterGroup<HubContext>) {
        router.get { _, _ in Response.json(["version": .string(Self.version)]) }
        router.get("info", use: info)
        router.get("user", use: me)
        router.get("users/:name", use: user)
        router.get("profiles", use: profiles)
    }

    @Sendable private func info(_ request: Request, _ context: HubContext) async throws -> Response {
        _ = try hub.caller(request, context)
        return .json([
            "version": .string(Self.version), "python": "", "sys_executable": "",
            "authenticator": ["class": "berth.PAM", "version": .string(Self.version)],
            "spawner": ["class": "berth.Engine", "version": .string(Self.version)],
        ])
    }

    @Sendable private func me(_ request: Request, _ context: HubContext) async throws -> Response {
        let identity = try hub.caller(request, context)
        guard case .object(var model) = try await model(identity.account, request) else { throw HubError.notFound }
        switch identity.proof {
        case .session(let session):
            model["session_id"] = .string(session.id)
            model["scopes"] = ["self"]
            model["token_id"] = .null
        case .token(let token):
            model["session_id"] = .null
            model["scopes"] = .array(token.scopes.map { .string($0) })
            model["token_id"] = .string(token.id)
        }
        return .json(.object(model))
    }

    @Sendable private func user(_ request: Request, _ context: HubContext) async throws -> Response {
        .json(try await model(try hub.ownAccount(request, context), request))
    }

    @Sendable private func profiles(_ request: Request, _ context: HubContext) async throws -> Response {
        let account = try hub.caller(request, context).account
        return .json(.array(try await hub.launcher.call(ListProfiles(account: account)).map(Models.profile)))
    }

    private func model(_ account: String, _ request: Request) async throws -> JSONValue {
        guard let user = try await hub.accounts.user(named: account) else { throw HubError.notFound }
        let main = hub.servers.status(of: ServerID(owner: account))
        let named = hub.servers.statuses(of: account).filter { !$0.id.name.isEmpty }
        // The flag has no value in the clients that send it: that counts as true.
        let stopped = request.query("include_stopped_servers").map { !["0", "false"].contains($0.lowercased()) } ?? false
        return Models.user(user, servers: [main] + named, includeStopped: stopped)
    }
}

extension HubServices {
    /// The account in the path, which must be the caller's own; another's does not exist for them.
    func ownAccount(_ request: Request, _ context: HubContext) throws(HubError) -> String {
        let identity = try caller(request, context)
        guard try context.segment("name") == identity.account else { throw .notFound }
        return identity.account
    }
}
