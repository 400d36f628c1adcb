import Accounts
import HTTPTypes
import Hummingbird

/// `/hub/logout`: ends the session everywhere; its open connections are cut by the proxy.
struct LogoutRoutes {
    let hub: HubServices

    func add(to router: RouterGroup<HubContext>) {
        router.get("logout", use: ask)
        router.post("logout", use: submit)
        router.post("sessions/end", use: endOthers)
    }

    /// JupyterLab's menu and Berth's own pages log out at once; a link elsewhere on the web can only ask.
    @Sendable private func ask(_ request: Request, _ context: HubContext) async throws -> Response {
        guard let session = context.identity?.session else { return .seeOther("/hub/login") }
        if request.headers[.secFetchSite] == "same-origin" { return try await leave(session) }
        return hub.page("logout", title: hub.texts("logout", "title"), request: request, context: context)
    }

    @Sendable private func submit(_ request: Request, _ context: HubContext) async throws -> Response {
        guard context.identity?.session != nil else { return .seeOther("/hub/login") }
        let (session, _) = try await hub.form(request, context)
        return try await leave(session)
    }

    @Sendable private func endOthers(_ request: Request, _ context: HubContext) async throws -> Response {
        let (session, form) = try await hub.form(request, context)
        if let id = form.filled("session") {
            guard hub.accounts.sessions(of: session.account).contains(where: { $0.id == id }) else { throw HubError.notFound }
            try await hub.accounts.endSession(id)
            return .seeOther(id == session.id ? "/hub/login" : "/hub/home#sessions")
        }
        try await hub.accounts.endSessions(of: session.account)
        return expired(.seeOther("/hub/login"))
    }

    private func leave(_ session: Session) async throws -> Response {
        try await hub.accounts.endSession(session.id)
        hub.logger.info("Logged out", metadata: ["account": "\(session.account)", "session": "\(session.id)"])
        return expired(.seeOther("/hub/login"))
    }

    private func expired(_ response: Response) -> Response {
        var response = response
        response.headers[values: .setCookie] = [hub.cookies.remove(hub.cookies.session)]
        return response
    }
}
