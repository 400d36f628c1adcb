import Configuration
import Foundation
import UnixSockets

/// Where things lie under `state:` and `runtime:`, and who may enter.
///
/// | directory | owner, mode | what |
/// | --- | --- | --- |
/// | `STATE/gateway` | gateway, 0700 | the gateway's database |
/// | `STATE/store` | root, 0700 | builds and package cache |
/// | `STATE/environments` | root, 0710, git's group | recipes and locks, as Git repositories |
/// | `RUNTIME/gateway` | gateway, 0711 | the hub's private socket, sockets for front ends |
/// | `RUNTIME/api` | gateway, 0711 | the socket by which servers reach the API; containers see it |
/// | `RUNTIME/logins` | root, 0700 | the keepers of PAM sessions |
/// | `RUNTIME/git` | root, 0711 | the sockets of clones and pushes under way |
/// | `RUNTIME/archives` | root, 0711 | the sockets of archives that are being taken away |
/// | `RUNTIME/servers` | root, 0711 | one directory a server, with its socket |
public struct Directories: Sendable {
    private let configuration: BerthConfiguration

    public init(_ configuration: BerthConfiguration) { self.configuration = configuration }

    /// Makes all of them, with owner and mode. Only root can.
    public func prepare() throws(LauncherSetupError) {
        let gateway = try GatewayAccount(named: configuration.gateway.user)
        try make(configuration.state, mode: 0o755)
        try make(configuration.runtime, mode: 0o755)
        try make(configuration.state + "/gateway", mode: 0o700, owner: gateway)
        try make(configuration.state + "/store", mode: 0o700)
        try make(configuration.state + "/environments", mode: 0o710, group: configuration.environments.gitUID)
        try make(configuration.runtime + "/gateway", mode: 0o711, owner: gateway)
        try make(configuration.apiDirectory, mode: 0o711, owner: gateway)
        try make(configuration.runtime + "/logins", mode: 0o700)
        try make(configuration.runtime + "/git", mode: 0o711)
        try make(configuration.runtime + "/archives", mode: 0o711)
        try make(configuration.runtime + "/servers", mode: 0o711)
    }

    private func make(_ path: String, mode: mode_t, owner: GatewayAccount? = nil, group: gid_t? = nil) throws(LauncherSetupError) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw .directory(SystemCallError("mkdir", on: path))
        }
        guard chown(path, owner?.uid ?? 0, group ?? owner?.gid ?? 0) == 0 else { throw .directory(SystemCallError("chown", on: path)) }
        guard chmod(path, mode) == 0 else { throw .directory(SystemCallError("chmod", on: path)) }
    }
}

/// The account that the gateway runs as.
struct GatewayAccount {
    let uid: uid_t
    let gid: gid_t

    init(named name: String) throws(LauncherSetupError) {
        guard let entry = getpwnam(name)?.pointee else { throw .noGatewayAccount(name) }
        uid = entry.pw_uid
        gid = entry.pw_gid
    }
}

/// Why the launcher can't begin.
public enum LauncherSetupError: Error, CustomStringConvertible {
    case notRoot
    case noGatewayAccount(String)
    case directory(SystemCallError)
    case socket(SystemCallError)

    public var description: String {
        switch self {
        case .notRoot:
            "The launcher logs people in and starts containers under their UIDs, so it has to be root. Start it with sudo, or as a systemd unit."
        case .noGatewayAccount(let name):
            "The account “\(name)” that the gateway runs as does not exist. Make it (useradd --system --no-create-home --shell /usr/sbin/nologin \(name)) or set gateway.user."
        case .directory(let error):
            "A directory of Berth's could not be made: \(error). Check state: and runtime: in the configuration."
        case .socket(let error):
            "The launcher's socket could not be opened: \(error). Is another launcher running with the same runtime: directory?"
        }
    }
}
