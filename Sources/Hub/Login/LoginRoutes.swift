import Accounts
import Foundation
import HTTPTypes
import Hummingbird
import LauncherProtocol
import Secrets
import TLS

/// `/hub/login`: PAM's conversation, one form a step.
struct LoginRoutes {
    let hub: HubServices

    func add(to router: RouterGroup<HubContext>) {
        router.get("login", use: show)
        router.post("login", use: submit)
        router.post("login/cancel", use: cancel)
    }

    @Sendable private func show(_ request: Request, _ context: HubContext) async throws -> Response {
        let next = NextPath(request.query("next"))
        if context.identity?.session != nil { return .seeOther(next?.text ?? "/hub/home") }
        return form(Browser(request, hub), request, context, account: request.query("username") ?? "", next: next?.text)
    }

    @Sendable private func submit(_ request: Request, _ context: HubContext) async throws -> Response {
        let (browser, form) = try await read(request)
        guard let browser else { return self.form(Browser(request, hub), request, context, alert: "stale", status: .forbidden) }
        let next = NextPath(form["next"])?.text
        do throws(LauncherError) {
            if let login = form["login"] {
                guard let pending = hub.conversations.take(login, browser: browser.key) else {
                    return self.form(browser, request, context, alert: "expired", next: next, status: .gone)
                }
                let typed = Dictionary(
                    form.secrets.compactMap { name, secret in
                        Int(name.dropFirst("answer".count)).map { ($0, secret) }
                    }
                ) { $1 }
                let stop = try await LoginWalk(launcher: hub.launcher).answer(pending, typed: typed)
                return try await go(on: stop, pending.account, pending.next, browser, request, context)
            }
            let account = form["username"]?.trimmingCharacters(in: .whitespaces) ?? ""
            guard Self.couldBeName(account) else {
                hub.trail.note(.login, who: account, result: .refused)
                return refused(account, next, browser, request, context)
            }
            let opened = try await hub.launcher.call(OpenLogin(account: account, address: request.clientAddress))
            let asksPassword = hub.configuration.login.form == .password
            let pending = PendingLogin(
                login: opened.login, account: account, next: next,
                password: asksPassword ? form.secrets["password"] ?? Secret("") : nil)
            let stop = try await LoginWalk(launcher: hub.launcher).walk(from: opened.step, pending)
            return try await go(on: stop, account, next, browser, request, context)
        } catch {
            hub.logger.notice("A log-in was not possible: \(error.message)")
            let gone = error.kind == .notFound || error.kind == .invalid
            return self.form(
                browser, request, context, alert: gone ? "expired" : "unavailable", next: next,
                status: gone ? .gone : .serviceUnavailable)
        }
    }

    @Sendable private func cancel(_ request: Request, _ context: HubContext) async throws -> Response {
        let (browser, form) = try await read(request)
        if let browser, let login = form["login"], hub.conversations.take(login, browser: browser.key) != nil {
            await abandon(login)
        }
        let next = NextPath(form["next"]).map { "?next=" + $0.text.percentEncodedWhole } ?? ""
        return .seeOther("/hub/login" + next)
    }

    private func go(
        on stop: LoginWalk.Stop, _ account: String, _ next: String?, _ browser: Browser, _ request: Request, _ context: HubContext
    ) async throws(LauncherError) -> Response {
        switch stop {
        case .failure:
            return refused(account, next, browser, request, context)
        case .tooMany(let seconds):
            var response = form(
                browser, request, context, alert: "tooMany", values: ["seconds": "\(seconds)"], account: account, next: next,
                status: .tooManyRequests)
            response.headers[.retryAfter] = "\(seconds)"
            return response
        case .ask(let pending):
            if let replaced = hub.conversations.keep(pending, browser: browser.key) { await abandon(replaced.login) }
            return steps(pending, browser, request, context)
        case .success(let account, let session, let messages):
            return try await LoginSuccess(hub: hub).welcome(
                account, login: session, messages: messages, next: next, request: request, context: context)
        }
    }

    /// Names that no account has must not take room in logs; they are refused like any other.
    private static func couldBeName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 128 && name.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7f }
    }

    private func refused(
        _ account: String, _ next: String?, _ browser: Browser, _ request: Request, _ context: HubContext
    ) -> Response {
        form(browser, request, context, alert: "refused", account: account, next: next, status: .forbidden)
    }

    private func abandon(_ login: String) async { _ = try? await hub.launcher.call(CancelLogin(login: login)) }

    /// The browser that the form was made for, or nil where it is not known, and the form.
    private func read(_ request: Request) async throws -> (Browser?, FormBody) {
        let form = try await FormBody.read(request)
        guard RequestOrigin(request.headers, site: hub.site(request)) != .foreign else { return (nil, form) }
        let browser = Browser(known: request, hub)
        return (browser?.mark == form["_csrf"] ? browser : nil, form)
    }

    /// A browser before there is a session: known by a random cookie.
    struct Browser {
        private let secret: String
        /// The `Set-Cookie` that makes it known; nil when it is already.
        let setCookie: String?

        /// What its forms must carry: only who can read the cookie could make it.
        var mark: String { Digest(sha256: "berth form \(secret)".utf8).description }
        /// What its conversation is kept under.
        var key: String { Digest(sha256: secret.utf8).description }

        init?(known request: Request, _ hub: HubServices) {
            guard let value = HubCookies.value(of: hub.cookies.preSession, in: request.headers), value.utf8.count == 43 else { return nil }
            secret = value
            setCookie = nil
        }

        init(new hub: HubServices) {
            secret = RandomText.secret()
            setCookie = hub.cookies.set(hub.cookies.preSession, secret)
        }

        init(_ request: Request, _ hub: HubServices) { self = Browser(known: request, hub) ?? Browser(new: hub) }
    }
}
