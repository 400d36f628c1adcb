import Foundation

/// The proxy by which this host reaches the internet, as an administrator has configured it.
public struct UpstreamProxy: Sendable, Equatable {
    let destination: Destination
    /// The value of `Proxy-Authorization`.
    let authorization: String?
    /// What is reached without it: names, and all below them.
    private let exceptions: [String]

    /// - Parameters:
    ///   - url: `http://HOST:PORT`, with `USER:PASSWORD@` where it asks for one. Nil for any other kind of proxy.
    ///   - exceptions: as `NO_PROXY` has them, between commas.
    public init?(url: String, exceptions: String = "") {
        let bare = url.contains("://") ? url : "http://" + url
        guard bare.lowercased().hasPrefix("http://") else { return nil }
        let authority = bare.dropFirst("http://".count).prefix { !"/?#".contains($0) }
        let host = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        guard let destination = Destination(authority: host, usualPort: 80) else { return nil }
        self.destination = destination
        authorization = authority.lastIndex(of: "@").map { at in
            let user = String(authority[..<at])
            return "Basic " + Data((user.removingPercentEncoding ?? user).utf8).base64EncodedString()
        }
        self.exceptions = exceptions.split(separator: ",").map { name in
            let name = name.trimmingCharacters(in: .whitespaces).lowercased()
            return String(name.trimmingPrefix(/\*?\./))
        }
    }

    /// Whether a variable is about proxies, as curl, pip and others read them.
    public static func isVariable(_ name: String) -> Bool {
        ["http_proxy", "https_proxy", "all_proxy", "no_proxy", "ftp_proxy", "pip_proxy"].contains(name.lowercased())
    }

    /// Whether it stands between this host and `destination`.
    func isBefore(_ destination: Destination) -> Bool {
        !exceptions.contains { name in
            name == "*" || destination.host == name || destination.host.hasSuffix("." + name) || "\(destination)" == name
        }
    }

    /// What asks it for a tunnel.
    func opening(to destination: Destination) -> [UInt8] {
        let lines =
            ["CONNECT \(destination) HTTP/1.1", "Host: \(destination)"] + (authorization.map { ["Proxy-Authorization: \($0)"] } ?? [])
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }
}
