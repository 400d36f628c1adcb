extension GatewayConfiguration {
    /// Scheme, host and port as browsers see them: ``publicURL``, else what the first
    /// listener amounts to on this host.
    public var origin: String {
        if let publicURL { return publicURL.hasSuffix("/") ? String(publicURL.dropLast()) : publicURL }
        for listener in listen {
            switch listener {
            case .https(let address, let port):
                return "https://" + Self.host(address) + (port == 443 ? "" : ":\(port)")
            case .http(let address, let port):
                return "http://" + Self.host(address) + (port == 80 ? "" : ":\(port)")
            case .redirect, .unix:
                continue
            }
        }
        return "https://localhost"
    }

    /// An address of this very machine is “localhost” in a browser's address line.
    private static func host(_ address: String) -> String {
        if address.hasPrefix("127.") || address == "::1" || address == "0.0.0.0" || address == "::" { return "localhost" }
        return address.contains(":") ? "[\(address)]" : address
    }
}
