import HTTPTypes

/// Which site made a browser send a request.
enum RequestOrigin: Equatable {
    /// This site, or the person themselves.
    case own
    /// Another one.
    case foreign
    /// The client does not say: no browser of today.
    case unknown

    /// `Sec-Fetch-Site` first (W3C Fetch Metadata), then `Origin` (RFC 6454), then `Referer`.
    init(_ headers: HTTPFields, site: String) {
        if let fetch = headers[.secFetchSite] {
            self = fetch == "same-origin" || fetch == "none" ? .own : .foreign
        } else if let origin = headers[.origin] {
            self = origin.lowercased() == site.lowercased() ? .own : .foreign
        } else if let referer = headers[.referer] {
            self = referer.lowercased().hasPrefix(site.lowercased() + "/") ? .own : .foreign
        } else {
            self = .unknown
        }
    }
}

extension HTTPField.Name {
    static let secFetchSite = Self("Sec-Fetch-Site").known
    static let secFetchDest = Self("Sec-Fetch-Dest").known
    static let secFetchMode = Self("Sec-Fetch-Mode").known
    static let forwardedFor = Self("X-Forwarded-For").known
    static let forwardedProto = Self("X-Forwarded-Proto").known
    static let forwardedHost = Self("X-Forwarded-Host").known
    static let requestID = Self("X-Request-ID").known
    static let csrfToken = Self("X-CSRF-Token").known
    static let accelBuffering = Self("X-Accel-Buffering").known
    static let referrerPolicy = Self("Referrer-Policy").known
    static let openerPolicy = Self("Cross-Origin-Opener-Policy").known
    static let resourcePolicy = Self("Cross-Origin-Resource-Policy").known
    static let permissionsPolicy = Self("Permissions-Policy").known
    static let jupyterHubVersion = Self("X-JupyterHub-Version").known
}

extension HTTPField.Name? {
    /// The names above are tokens (RFC 9110, 5.6.2), so they are never nil; the default is never taken.
    fileprivate var known: HTTPField.Name { self ?? .via }
}
