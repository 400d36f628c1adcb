import Accounts
import Foundation
import HTTPTypes
import Hummingbird
import LauncherProtocol

/// What is known about one request.
struct HubContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Who sends it; nil for nobody we know.
    var identity: Identity?
    /// Whether a page's visitor is an administrator.
    var isAdministrator = false

    init(source: ApplicationRequestContextSource) { coreContext = .init(source: source) }

    /// Who sends a request, and how that is known.
    struct Identity: Sendable {
        /// A service's is as ``Services/account(of:)`` has it.
        let account: String
        let proof: Proof

        enum Proof: Sendable {
            case session(Session)
            case token(Token)
            /// The token of the service of this name.
            case service(String)
            /// The token of this server, which runs `jupyterhub-singleuser`.
            case server(ServerID)
        }

        /// The browser's session; nil for a token.
        var session: Session? { if case .session(let session) = proof { session } else { nil } }
    }

    /// A path segment by its name in the route, decoded.
    func segment(_ name: String) throws(HubError) -> String {
        guard let raw = parameters.get(name), let text = raw.removingPercentEncoding, !text.isEmpty else { throw .notFound }
        return text
    }
}

/// The proxy's private socket is the only way in, so what it says about the client is true.
extension Request {
    /// The client's address.
    var clientAddress: String {
        headers[.forwardedFor]?.split(separator: ",").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? ""
    }

    /// Scheme, host and port as the client used them: `https://hub.example.org`.
    var siteAsSeen: String {
        let host = headers[.forwardedHost] ?? head.authority ?? "localhost"
        return "\(headers[.forwardedProto] ?? "https")://\(host)"
    }

    /// The value of a query parameter, decoded; empty where it has no value.
    func query(_ name: String) -> String? {
        guard let query = uri.query else { return nil }
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.first.map(String.init)?.removingPercentEncoding == name else { continue }
            return parts.count == 2 ? parts[1].replacing("+", with: " ").removingPercentEncoding : ""
        }
        return nil
    }

    /// Whether an answer for a program is wanted rather than a page.
    var wantsJSON: Bool {
        if uri.path.hasPrefix("/hub/api/") || uri.path == "/hub/api" { return true }
        let accept = headers[.accept] ?? ""
        return accept.contains("application/json") && !accept.contains("text/html")
    }

    /// Whether a person goes there with a browser.
    var isNavigation: Bool {
        guard method == .get || method == .head else { return false }
        if let mode = headers[.secFetchMode] { return mode == "navigate" }
        return headers[.accept]?.contains("text/html") ?? false
    }
}
