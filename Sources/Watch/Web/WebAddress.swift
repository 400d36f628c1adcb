import Foundation

/// The parts of an http or https URL that decide whom one talks to.
struct WebAddress: Equatable {
    let scheme: String
    /// In lower case.
    let host: String
    let port: Int

    /// Nil for anything that is no such URL.
    init?(_ url: String) {
        guard let parts = URLComponents(string: url), let scheme = parts.scheme?.lowercased(), ["http", "https"].contains(scheme),
            let host = parts.host?.lowercased(), !host.isEmpty
        else { return nil }
        self.scheme = scheme
        self.host = host
        port = parts.port ?? (scheme == "https" ? 443 : 80)
    }

    /// `location` as an answer from `base` means it (RFC 3986, 5); nil where it leads to no web address, or from
    /// https to http.
    static func resolved(_ location: String, from base: String) -> String? {
        guard let url = URL(string: location, relativeTo: URL(string: base))?.absoluteString, let target = WebAddress(url),
            let source = WebAddress(base), source.scheme == "http" || target.scheme == "https"
        else { return nil }
        return url
    }
}
