import Accounts
import Hummingbird
import LauncherProtocol
import Servers

/// What happens once PAM has let somebody in.
struct LoginSuccess {
    let hub: HubServices

    /// Opens a session under a new identifier and sends the person where they wanted to go; where
    /// there is nothing to choose, their server begins to start on the way.
    func welcome(
        _ account: Account, login: String, messages: [LoginMessage], next: String?, request: Request, context: HubContext
    ) async throws(LauncherError) -> Response {
        let opened: (secret: String, session: Session)
        do throws(AccountsError) {
            if let old = context.identity?.session { try await hub.accounts.endSession(old.id) }
            try await hub.accounts.noteLogin(
                name: account.name, uid: account.uid, fullName: account.fullName,
                admin: hub.isAdministrator(account))
            opened = try await hub.accounts.openSession(
                account: account.name, address: request.clientAddress, userAgent: request.headers[.userAgent] ?? "", login: login)
        } catch {
            hub.logger.error("Nobody can log in: \(error)")
            _ = try? await hub.launcher.call(CloseLogin(session: login))
            throw LauncherError(.unavailable, "\(error)")
        }
        hub.notices.add(messages.map(\.text).filter { !$0.isEmpty }, session: opened.session.id)
        hub.logger.info(
            "Logged in", metadata: ["account": "\(account.name)", "address": "\(request.clientAddress)", "session": "\(opened.session.id)"])

        var response = Response.seeOther(await destination(account.name, next: next))
        response.headers[values: .setCookie] = [
            hub.cookies.set(hub.cookies.session, opened.secret, lifetime: hub.configuration.gateway.session.absolute),
            hub.cookies.remove(hub.cookies.preSession),
        ]
        return response
    }

    private func destination(_ account: String, next: String?) async -> String {
        let id = ServerID(owner: account)
        let wantsLab = next == nil || ["/", "/hub", "/hub/"].contains(next)
        guard wantsLab || next?.hasPrefix(id.path) == true else { return next ?? "/hub/home" }
        if hub.servers.status(of: id).state == .stopped, let choice = await ServerChoices(hub: hub).obvious(for: id) {
            hub.servers.start(id, profile: choice.profile, environment: choice.environment)
        }
        if let next, !wantsLab { return next }
        let status = hub.servers.status(of: id)
        return status.isStarting || status.ready != nil ? id.path + "lab" : "/hub/home"
    }
}
