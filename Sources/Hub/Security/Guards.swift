import Accounts
import Hummingbird

extension HubServices {
    /// The session of a page's visitor. Whoever is not logged in is sent to log in and comes back.
    func visitor(_ request: Request, _ context: HubContext) throws -> Session {
        guard let session = context.identity?.session else { throw LogInFirst() }
        return session
    }

    /// A page's form with the session's own mark; whatever comes from elsewhere is refused.
    func form(_ request: Request, _ context: HubContext, limit: Int = 64 << 10) async throws -> (Session, FormBody) {
        let session = try visitor(request, context)
        guard RequestOrigin(request.headers, site: site(request)) != .foreign else { throw HubError.forged }
        let form = try await FormBody.read(request, limit: limit)
        guard form["_csrf"] == session.csrf else { throw HubError.forged }
        return (session, form)
    }

    /// The person who makes an API request about what is their own; a token must be good for all of that.
    func caller(_ request: Request, _ context: HubContext) throws(HubError) -> HubContext.Identity {
        let identity = try identified(request, context)
        switch identity.proof {
        case .session: return identity
        case .token(let token) where !Set(token.scopes).isDisjoint(with: ["self", "inherit"]): return identity
        case .token, .service, .server: throw .forbidden
        }
    }

    /// Who makes an API request. By cookie it needs the session's mark in `X-CSRF-Token`: notebooks are on the
    /// same site, so that a request came from here proves nothing. What a person opens in a window of its own
    /// needs none to be read (W3C Fetch Metadata, `Sec-Fetch-Dest`), and programs other than browsers don't either.
    func identified(_ request: Request, _ context: HubContext) throws(HubError) -> HubContext.Identity {
        guard let identity = context.identity else { throw .forbidden }
        guard let session = identity.session else { return identity }
        guard RequestOrigin(request.headers, site: site(request)) != .foreign else { throw .forged }
        let isOnlyRead = request.method == .get || request.method == .head
        guard isOnlyRead && request.isForPerson || request.headers[.csrfToken] == session.csrf else { throw .forged }
        return identity
    }
}

/// A page was asked for by somebody who is not logged in.
struct LogInFirst: Error {}

/// Sends people who must log in first to do so; programs are refused.
struct SendToLogIn: RouterMiddleware {
    typealias Context = HubContext

    func handle(
        _ request: Request, context: HubContext, next: (Request, HubContext) async throws -> Response
    ) async throws -> Response {
        do { return try await next(request, context) } catch is LogInFirst {
            guard !request.wantsJSON else { throw HubError.forbidden }
            return .seeOther("/hub/login?next=" + pageOf(request).percentEncodedWhole)
        }
    }

    /// What was typed into a form does not come back from here, but its page does; an editor's has kept the text.
    private func pageOf(_ request: Request) -> String {
        let path = request.uri.path
        if request.method == .get { return request.uri.string }
        if path == "/hub/environments" { return path + "/new" }
        return path.hasPrefix("/hub/environments/") && path.hasSuffix("/edit") ? path : "/hub/home"
    }
}

extension Request {
    /// Whether a window is to show the answer, as far as the browser says (W3C Fetch Metadata, `Sec-Fetch-Dest`).
    var isForPerson: Bool { headers[.secFetchDest].map { $0 == "document" } ?? true }
}

/// Keeps scripts off the pages: notebooks are on the same site and could read a form's mark out of them.
struct PagesAreForPeople: RouterMiddleware {
    typealias Context = HubContext

    func handle(
        _ request: Request, context: HubContext, next: (Request, HubContext) async throws -> Response
    ) async throws -> Response {
        guard request.isForPerson else {
            throw HubError(.forbidden, "This page can only be opened in a window of its own.")
        }
        return try await next(request, context)
    }
}
