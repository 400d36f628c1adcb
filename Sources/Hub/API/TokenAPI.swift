import Accounts
import Foundation
import HTTPTypes
import Hummingbird
import LauncherProtocol
import Secrets

/// `/hub/api/users/NAME/tokens`: make, list and revoke API tokens.
struct TokenAPI {
    let hub: HubServices

    func add(to router: RouterGroup<HubContext>) {
        router.get("users/:name/tokens", use: list)
        router.post("users/:name/tokens", use: make)
        router.get("users/:name/tokens/:id", use: show)
        router.delete("users/:name/tokens/:id", use: revoke)
    }

    @Sendable private func list(_ request: Request, _ context: HubContext) async throws -> Response {
        let account = try await owner(request, context, "read:tokens")
        return .json(["api_tokens": .array(hub.accounts.tokens(of: account).map { Models.token($0) })])
    }

    @Sendable private func show(_ request: Request, _ context: HubContext) async throws -> Response {
        let account = try await owner(request, context, "read:tokens")
        let id = try context.segment("id")
        guard let token = hub.accounts.tokens(of: account).first(where: { $0.id == id }) else { throw HubError.notFound }
        return .json(Models.token(token))
    }

    @Sendable private func revoke(_ request: Request, _ context: HubContext) async throws -> Response {
        let account = try await owner(request, context, "tokens")
        guard try await hub.accounts.revokeToken(try context.segment("id"), of: account) else { throw HubError.notFound }
        return Response(status: .noContent)
    }

    /// Of whatever content type: VS Code's extension sends JSON as plain text.
    @Sendable private func make(_ request: Request, _ context: HubContext) async throws -> Response {
        var body = try await request.body.collect(upTo: 64 << 10)
        let password = body.withUnsafeMutableReadableBytes { PasswordInJSON.take(from: $0) }
        let wanted: TokenRequest
        do {
            wanted =
                body.readableBytes == 0 ? TokenRequest() : try JSONDecoder().decode(TokenRequest.self, from: Data(body.readableBytesView))
        } catch { throw HubError(.badRequest, "The body is not a JSON object with what JupyterHub knows of tokens.") }
        let account: String
        if context.identity == nil, let name = wanted.auth?.username, let password {
            account = try await PasswordCheck(hub: hub).account(name, password, address: request.clientAddress)
            guard try context.segment("name") == account else { throw HubError.notFound }
        } else {
            account = try await owner(request, context, "tokens")
        }
        let owner = hub.rights(ofAccount: account)
        let maker = context.identity == nil ? owner : try hub.rights(request, context)
        let scopes = try TokenScopes(owner: owner, maker: maker).granted(asked(wanted))
        if let lifetime = wanted.expires_in, lifetime <= 0 { throw HubError(.badRequest, "“expires_in” is a number of seconds above 0.") }
        let made = try await hub.accounts.makeToken(
            account: account, note: wanted.note ?? hub.texts("token", "noNote"),
            scopes: scopes, lifetime: wanted.expires_in)
        hub.logger.info("Token made", metadata: ["account": "\(account)", "token": "\(made.token.id)"])
        return .json(Models.token(made.token, secret: made.secret), status: .created)
    }

    /// Whose tokens the path is about, where `scope` is given for them.
    private func owner(_ request: Request, _ context: HubContext, _ scope: String) async throws -> String {
        let account = try context.segment("name")
        try hub.rights(request, context).require(scope, on: .user(account))
        guard try await hub.accounts.user(named: account) != nil else { throw HubError.notFound }
        return account
    }

    /// What is asked for, by scopes, by roles, or by both.
    private func asked(_ wanted: TokenRequest) throws(HubError) -> [String]? {
        guard let names = wanted.roles else { return wanted.scopes }
        var scopes = wanted.scopes ?? []
        for name in names {
            guard let role = hub.roles.scopes(ofRole: name) else {
                throw HubError(.badRequest, "“\(name.prefix(80))” is no role: user, admin, server, token, or one of the configuration.")
            }
            scopes += role.map(\.description)
        }
        return scopes
    }

    /// JupyterHub's fields of a new token. The password has been taken out by then.
    private struct TokenRequest: Decodable {
        var note: String?
        var expires_in: Double?
        var scopes: [String]?
        var roles: [String]?
        var auth: Auth?

        struct Auth: Decodable { var username: String? }
    }
}

/// A log-in in one go, by a program that has nothing but name and password.
struct PasswordCheck {
    let hub: HubServices

    /// The canonical account name, where PAM asks for nothing but the password and takes it.
    func account(_ name: String, _ password: Secret, address: String) async throws -> String {
        let opened = try await hub.launcher.call(OpenLogin(account: name, address: address))
        let pending = PendingLogin(login: opened.login, account: name, next: nil, password: password)
        switch try await LoginWalk(launcher: hub.launcher).walk(from: opened.step, pending) {
        case .success(let account, let session, _):
            // Nobody stays logged in: the password was all that was asked about.
            _ = try await hub.launcher.call(CloseLogin(session: session))
            try await hub.accounts.noteLogin(
                name: account.name, uid: account.uid, fullName: account.fullName,
                admin: hub.isAdministrator(account))
            return account.name
        case .ask(let pending):
            _ = try? await hub.launcher.call(CancelLogin(login: pending.login))
            throw HubError(.forbidden, "This account needs more than a password. Make a token at /hub/token and use that.")
        case .failure:
            throw HubError(.forbidden, "Invalid username or password")
        case .tooMany(let seconds):
            var error = HubError(.tooManyRequests, text: hub.texts("login", "tooMany", ["seconds": "\(seconds)"]))
            error.retryAfter = seconds
            throw error
        }
    }
}
