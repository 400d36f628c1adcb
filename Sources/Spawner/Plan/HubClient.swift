import Foundation
import LauncherProtocol

/// What `jupyterhub-singleuser` reads from its environment (jupyterhub, `jupyterhub/spawner.py`, `get_env`).
struct HubClient {
    /// Says in a container whether its server asks the API; empty where it does not.
    static let mark = "BERTH_SINGLEUSER"
    static let tokenVariable = "JUPYTERHUB_API_TOKEN"
    /// The API at its socket, as the package writes it from version 6 on (`jupyterhub/httpclient.py`).
    static let api = "http+unix://" + (ContainerPaths.api + "/hub.sock").replacing("/", with: "%2F") + "/hub/api"

    let id: ServerID
    let account: Account

    /// All but the token, which is another one at each start.
    var variables: [String: String] {
        let owner = String(id.basePath.dropFirst("/user/".count).dropLast(id.name.isEmpty ? 1 : id.name.count + 2))
        return [
            "JUPYTERHUB_API_URL": Self.api, "JUPYTERHUB_ACTIVITY_URL": "\(Self.api)/users/\(owner)/activity", "JUPYTERHUB_HOST": "",
            "JUPYTERHUB_CLIENT_ID": "jupyterhub-user-\(owner)" + (id.name.isEmpty ? "" : "-\(id.name)"),
            "JUPYTERHUB_OAUTH_CALLBACK_URL": id.basePath + "oauth_callback",
            "JUPYTERHUB_OAUTH_ACCESS_SCOPES": Self.json(["access:servers!server=\(id.owner)/\(id.name)", "access:servers!user=\(id.owner)"]
            ),
            "JUPYTERHUB_OAUTH_CLIENT_ALLOWED_SCOPES": "[]",
            // It wants a port to be named; with a socket it opens none.
            "JUPYTERHUB_SERVICE_URL": "http://127.0.0.1:8888\(id.basePath)", "JUPYTERHUB_ROOT_DIR": account.home,
        ]
    }

    private static func json(_ list: [String]) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return (try? encoder.encode(list)).map { String(decoding: $0, as: UTF8.self) } ?? "[]"
    }
}
