import Foundation
import LauncherProtocol

/// Who may learn by OAuth who their visitors are: a service, or a server that runs `jupyterhub-singleuser`.
struct OAuthClient: Equatable {
    enum Kind: Equatable {
        case service(String)
        case server(ServerID)
    }

    let kind: Kind
    /// As JupyterHub names it: `service-NAME`, `jupyterhub-user-NAME`, `jupyterhub-user-NAME-SERVER`.
    let id: String
    /// The one path of this site that codes are sent to.
    let callback: String
    /// The scope that lets somebody visit it.
    let access: Scope

    init(service name: String) {
        kind = .service(name)
        id = "service-\(name)"
        callback = Services.path(of: name) + "oauth_callback"
        access = Scope("access:services", .service(name))
    }

    init(server: ServerID) {
        kind = .server(server)
        let owner = server.owner.percentEncodedWhole
        id = "jupyterhub-user-\(owner)" + (server.name.isEmpty ? "" : "-\(server.name)")
        callback = server.path + "oauth_callback"
        access = Scope("access:servers", .server(server.owner, server.name))
    }

    /// The client of this identifier with this callback, as far as the text alone says; whether there is such
    /// a service, or who may be its visitor, is asked elsewhere.
    /// - Parameters:
    ///   - callback: a path, or the whole address on this very site.
    ///   - site: scheme, host and port.
    init?(id: String, callback: String, site: String) {
        let path = callback.hasPrefix(site + "/") ? String(callback.dropFirst(site.count)) : callback
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map {
            String($0).removingPercentEncoding ?? ""
        }
        let found: OAuthClient
        switch (parts.first, parts.count) {
        case ("services", 3): found = OAuthClient(service: parts[1])
        case ("user", 3): found = OAuthClient(server: ServerID(owner: parts[1]))
        case ("user", 4) where ServerPaths.isName(parts[2]): found = OAuthClient(server: ServerID(owner: parts[1], name: parts[2]))
        default: return nil
        }
        guard found.id == id, found.callback == path else { return nil }
        self = found
    }
}
