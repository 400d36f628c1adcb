import Configuration
import HTTPTypes
import Hummingbird
import LauncherProtocol

extension LoginRoutes {
    /// The first form: name and, where configured, password.
    func form(
        _ browser: Browser, _ request: Request, _ context: HubContext, alert: String? = nil, values: [String: String] = [:],
        account: String = "", next: String? = nil, status: HTTPResponse.Status = .ok
    ) -> Response {
        var page: [String: Any] = [
            "csrf": browser.mark, "username": account, "asksPassword": hub.configuration.login.form == .password,
            "focusName": account.isEmpty, "focusPassword": !account.isEmpty, "returning": next != nil,
        ]
        if let next { page["next"] = next }
        if let alert { page["alert"] = hub.texts("login", alert, values) }
        return withCookie(
            browser, hub.page("login", title: hub.texts("login", "title"), request: request, context: context, status: status, page))
    }

    /// One step of the conversation: PAM's words as they are, its prompts as labels.
    func steps(_ pending: PendingLogin, _ browser: Browser, _ request: Request, _ context: HubContext) -> Response {
        let fields: [[String: Any]] = pending.prompts.enumerated().compactMap { index, prompt in
            guard pending.prepared[index] == nil else { return nil }
            return [
                "name": "answer\(index)", "label": Self.label(prompt.text), "hidden": prompt.style == .echoOff,
                "type": prompt.style == .echoOff ? "password" : "text",
                "autocomplete": Self.autocomplete(prompt), "numeric": Self.isCode(prompt.text),
                "first": pending.prepared[index - 1] != nil || index == 0,
            ]
        }
        let words: [[String: Any]] = pending.messages.filter { !$0.isPrompt && !$0.text.isEmpty }.map {
            ["text": $0.text, "isError": $0.style == .error]
        }
        var page: [String: Any] = [
            "csrf": browser.mark, "login": pending.login, "fields": fields, "words": words, "username": pending.account,
            "deadline": hub.texts("login", "deadline", ["seconds": "\(Int(hub.configuration.login.deadline))"]),
        ]
        if let next = pending.next { page["next"] = next }
        return withCookie(browser, hub.page("login-step", title: hub.texts("login", "stepTitle"), request: request, context: context, page))
    }

    private func withCookie(_ browser: Browser, _ response: Response) -> Response {
        var response = response
        if let cookie = browser.setCookie { response.headers[values: .setCookie] = [cookie] }
        return response
    }

    /// PAM's prompts end in colons and spaces that a label does without.
    static func label(_ prompt: String) -> String {
        let text = String(prompt.reversed().drop { $0.isWhitespace || $0 == ":" }.reversed())
        return text.isEmpty ? prompt : text
    }

    private static func isCode(_ prompt: String) -> Bool {
        let text = prompt.lowercased()
        return ["one-time", "otp", "verification code", "token", "passcode"].contains { text.contains($0) }
    }

    private static func autocomplete(_ prompt: LoginMessage) -> String {
        let text = prompt.text.lowercased()
        if isCode(prompt.text) { return "one-time-code" }
        guard prompt.style == .echoOff else { return "off" }
        return text.contains("new") || text.contains("retype") ? "new-password" : "current-password"
    }
}
