import Reactor

/// The configuration in the form that the loops use: bytes instead of text.
struct Settings: Sendable {
    let limits: ProxyConfiguration.Limits
    let publicOrigin: [UInt8]
    /// Of ``publicOrigin``.
    let publicHost: [UInt8]
    let publicPort: [UInt8]
    let isPublicSecure: Bool
    let sessionCookie: [UInt8]
    /// The whole `Strict-Transport-Security` line; empty for none.
    let hstsLine: [UInt8]
    let hubSocket: String
    let frontEnds: Set<UInt32>
    let tokenInURL: ProxyConfiguration.TokenInURL
    let services: [ProxyConfiguration.Service]

    init(_ configuration: ProxyConfiguration) throws(ProxyError) {
        let origin = configuration.publicOrigin
        let isSecure = origin.hasPrefix("https://")
        guard isSecure || origin.hasPrefix("http://") else { throw .publicOrigin(origin) }
        let authority = origin.dropFirst(isSecure ? 8 : 7)
        guard !authority.isEmpty, authority.utf8.allSatisfy(\.isHostCharacter) else { throw .publicOrigin(origin) }
        let afterHost = authority.lastIndex(of: "]") ?? authority.startIndex
        let port = authority[afterHost...].firstIndex(of: ":").map { authority[authority.index(after: $0)...] }
        var limits = configuration.limits
        limits.head = min(limits.head, 48 << 10)
        self.limits = limits
        publicOrigin = Array(origin.utf8)
        publicHost = Array(authority.utf8)
        publicPort = Array((port ?? (isSecure ? "443" : "80")).utf8)
        isPublicSecure = isSecure
        sessionCookie = Array(configuration.sessionCookie.utf8)
        hstsLine = configuration.hsts.map { Array("Strict-Transport-Security: max-age=\($0)\r\n".utf8) } ?? []
        hubSocket = configuration.hubSocket
        frontEnds = configuration.frontEnds
        tokenInURL = configuration.tokenInURL
        services = configuration.services
    }
}
