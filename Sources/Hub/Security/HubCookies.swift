import Configuration
import Foundation
import HTTPTypes
import Hummingbird

/// Berth's own cookies: their names and attributes.
struct HubCookies: Sendable {
    /// The session's identifier.
    let session: String
    /// A random value for forms before there is a session.
    let preSession: String
    private let secure: Bool

    /// Over TLS, here or at a front end, cookies are `__Host-`: no other host and no plain
    /// HTTP can set them (RFC 6265bis, 4.1.3.2). On plain loopback HTTP browsers refuse that.
    init(_ gateway: GatewayConfiguration) {
        secure = Self.isSecure(gateway)
        session = secure ? "__Host-berth-session" : "berth-session"
        preSession = secure ? "__Host-berth-pre" : "berth-pre"
    }

    private static func isSecure(_ gateway: GatewayConfiguration) -> Bool {
        if let url = gateway.publicURL { return !url.lowercased().hasPrefix("http://") }
        return gateway.listen.contains { if case .http = $0 { false } else { true } }
    }

    /// `Set-Cookie` for a value that lasts until the browser closes or the server forgets it.
    func set(_ name: String, _ value: String, lifetime: Double? = nil) -> String {
        var text = "\(name)=\(value); Path=/; HttpOnly; SameSite=Lax"
        if secure { text += "; Secure" }
        if let lifetime { text += "; Max-Age=\(Int(lifetime))" }
        return text
    }

    /// `Set-Cookie` that removes it.
    func remove(_ name: String) -> String { set(name, "", lifetime: 0) }

    /// The value of the cookie `name`. A name that comes twice is nobody's: one of them was planted.
    static func value(of name: String, in headers: HTTPFields) -> String? {
        let found = headers[values: .cookie].flatMap { $0.split(separator: ";") }.compactMap { pair -> String? in
            let parts = pair.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            return parts.count == 2 && parts[0] == name ? parts[1] : nil
        }
        return found.count == 1 ? found.first : nil
    }
}
