import Accounts
import HTTPTypes
import Hummingbird
import LauncherProtocol

/// `/hub/git/OWNER/NAME.git`: every environment as a repository, by Git's smart HTTP protocol (gitprotocol-http(5)).
/// The password is an API token; rights are the launcher's to judge.
struct GitRoutes {
    let hub: HubServices

    func add(to router: RouterGroup<HubContext>) {
        let repository = router.group("git/:owner/:repository")
        repository.get("info/refs") { request, context in
            switch request.query("service") {
            case "git-upload-pack": try await serve(.offerFetch, request, context)
            case "git-receive-pack": try await serve(.offerPush, request, context)
            default:
                // Git's old protocol would read files of the repository one by one.
                Self.problem(
                    HubError(.forbidden, "This is a Git repository of Berth's; it speaks the smart protocol alone. Use git 1.6.6 or newer.")
                )
            }
        }
        repository.post("git-upload-pack") { request, context in try await serve(.fetch, request, context) }
        repository.post("git-receive-pack") { request, context in try await serve(.push, request, context) }
    }

    /// The address of an environment's repository, for whoever names it so.
    static func address(of name: String, for account: String, site: String) -> String {
        let path = EnvironmentView.fullName(name, of: account).split(separator: "/").map { String($0).percentEncodedWhole }
        return "\(site)/hub/git/\(path.joined(separator: "/")).git"
    }

    /// Git shows a refusal only where it is plain text.
    private func serve(_ service: GitRequest.Service, _ request: Request, _ context: HubContext) async throws -> Response {
        do {
            guard let account = try account(request, context) else { return Self.unknown }
            return try await answer(service, account, request, context)
        } catch { return Self.problem(HubError(error)) }
    }

    private func answer(
        _ service: GitRequest.Service, _ account: String, _ request: Request, _ context: HubContext
    ) async throws -> Response {
        let segment = try context.segment("repository")
        let name = segment.hasSuffix(".git") ? String(segment.dropLast(4)) : segment
        let environment = "\(try context.segment("owner"))/\(name)"
        let program = service.writes ? "git-receive-pack" : "git-upload-pack"
        let isOffer = service == .offerFetch || service == .offerPush
        guard isOffer || request.headers[.contentType] == "application/x-\(program)-request" else {
            throw HubError(.unsupportedMediaType, "The body is not of the type application/x-\(program)-request.")
        }
        let wanted = GitRequest(service, isCompressed: try isCompressed(request), version: version(request))
        let opened = try await hub.launcher.call(OpenGit(account: account, environment: environment, request: wanted))
        let close = CloseGit(account: account, environment: environment, exchange: opened.exchange)
        let stream = GitStream(socket: opened.socket)
        return Response(
            status: .ok, headers: [.contentType: "application/x-\(program)-\(isOffer ? "advertisement" : "result")"],
            body: .init { [launcher = hub.launcher, logger = hub.logger] writer in
                do {
                    try await stream.run(
                        isOffer ? nil : request.body, limit: service == .push ? GitRequest.mostPushed : nil, into: &writer)
                    _ = try await launcher.call(close)
                } catch {
                    logger.info("An exchange with git broke off", metadata: ["environment": "\(environment)", "reason": "\(error)"])
                    _ = try? await launcher.call(close)
                    throw error
                }
            })
    }

    /// Whose request it is; nil where it has to be asked for. A password is a token or, for whoever has it at
    /// hand, the secret of a session.
    private func account(_ request: Request, _ context: HubContext) throws -> String? {
        guard let credentials = request.headers[.authorization].flatMap({ BasicCredentials($0) }) else {
            guard context.identity != nil else { return nil }
            return try hub.caller(request, context).account
        }
        if let identity = hub.identity(secret: credentials.password) {
            var context = context
            context.identity = identity
            return try hub.caller(request, context).account
        }
        return hub.accounts.session(secret: credentials.password)?.account
    }

    private func isCompressed(_ request: Request) throws(HubError) -> Bool {
        switch request.headers[.contentEncoding]?.lowercased() {
        case nil, "", "identity": false
        case "gzip", "x-gzip": true
        default: throw HubError(.unsupportedMediaType, "A body is plain or compressed with gzip.")
        }
    }

    /// `Git-Protocol: version=2`; other parts of it are left out.
    private func version(_ request: Request) -> Int? {
        let parts = request.headers[.gitProtocol]?.split(separator: ":") ?? []
        return parts.first { $0.hasPrefix("version=") }.flatMap { Int($0.dropFirst("version=".count)) }.flatMap {
            (0...2).contains($0) ? $0 : nil
        }
    }

    private static var unknown: Response {
        var response = problem(
            HubError(.unauthorized, "Log in with your account's name, and an API token as the password. Make one at /hub/token."))
        response.headers[.wwwAuthenticate] = "Basic realm=\"Berth\", charset=\"UTF-8\""
        return response
    }

    private static func problem(_ problem: HubError) -> Response {
        let text = ([problem.message.english] + problem.log).joined(separator: "\n") + "\n"
        return Response(
            status: problem.status, headers: [.contentType: "text/plain; charset=utf-8"], body: .init(byteBuffer: ByteBuffer(string: text)))
    }
}

extension HTTPField.Name {
    fileprivate static let gitProtocol = Self("Git-Protocol") ?? .via
}
