import Accounts
import Configuration
import Foundation
import LauncherProtocol
import Servers

/// JupyterHub's JSON of users, servers and tokens (its `rest-api.yml`).
enum Models {
    /// - Parameter site: scheme, host and port, where they are configured.
    static func user(
        _ user: User, roles: [String], groups: [String], servers: [ServerStatus], includeStopped: Bool, site: String?
    ) -> [String: JSONValue] {
        let shown = servers.filter { includeStopped || ($0.state != .stopped && $0.failure == nil) }
        let main = servers.first { $0.id.name.isEmpty }
        return [
            "kind": "user", "name": .string(user.name), "admin": .bool(user.admin), "roles": .array(roles.map { .string($0) }),
            "groups": .array(groups.map { .string($0) }), "created": JSONValue(time: user.created),
            "last_activity": JSONValue(time: servers.compactMap(\.lastActivity).reduce(user.lastActivity, max)),
            "server": JSONValue(main?.ready?.id.path), "pending": main.map(pending) ?? .null,
            "servers": .object(Dictionary(shown.map { ($0.id.name, server($0, site: site)) }) { $1 }),
        ]
    }

    static func server(_ status: ServerStatus, site: String?) -> JSONValue {
        let started = JSONValue(time: status.ready?.started)
        return [
            "name": .string(status.id.name), "full_name": .string(ServerPaths.suffix(status.id)), "url": .string(status.id.path),
            "ready": .bool(status.ready != nil), "stopped": .bool(status.state == .stopped || status.failure != nil),
            "pending": pending(status), "started": started, "last_activity": JSONValue(time: status.lastActivity),
            "progress_url": .string(ServerPaths.progress(status.id)), "full_url": JSONValue(site.map { $0 + status.id.path }),
            "full_progress_url": JSONValue(site.map { $0 + ServerPaths.progress(status.id) }),
            "user_options": ["profile": JSONValue(status.profile), "environment": JSONValue(status.environment)],
            "environment_version": JSONValue(status.ready?.environmentVersion), "state": [:],
        ]
    }

    private static func pending(_ status: ServerStatus) -> JSONValue {
        status.isStarting ? "spawn" : status.isStopping ? "stop" : .null
    }

    static func service(_ service: ServiceConfiguration, roles: Roles) -> [String: JSONValue] {
        [
            "kind": "service", "name": .string(service.name), "admin": false,
            "roles": .array(roles.names(ofService: service.name).map { .string($0) }),
            "url": JSONValue(service.url.map { _ in Services.path(of: service.name) }),
            "prefix": .string(Services.path(of: service.name)), "pid": 0, "command": [], "info": [:], "display": .bool(service.url != nil),
        ]
    }

    static func group(_ group: Group, roles: Roles) -> JSONValue {
        [
            "kind": "group", "name": .string(group.name), "users": .array(group.members.map { .string($0) }),
            "roles": .array(roles.names(ofGroup: group.name).map { .string($0) }),
            "properties": (try? JSONDecoder().decode(JSONValue.self, from: Data(group.properties.utf8))) ?? [:],
        ]
    }

    static func token(_ token: Token, secret: String? = nil) -> JSONValue {
        var value: [String: JSONValue] = [
            "kind": "api_token", "id": .string(token.id), "user": .string(token.account), "note": .string(token.note), "roles": [],
            "scopes": .array(token.scopes.map { .string($0) }), "created": JSONValue(time: token.created),
            "expires_at": JSONValue(time: token.expires), "last_activity": JSONValue(time: token.lastUsed),
            "session_id": JSONValue(token.session),
        ]
        if let secret { value["token"] = .string(secret) }
        return .object(value)
    }

    static func environment(_ summary: EnvironmentSummary) -> JSONValue {
        [
            "name": .string(summary.name), "build": .string(summary.build), "created": JSONValue(time: summary.created),
            "packages": .number(Double(summary.packages)), "size": .number(Double(summary.size)), "python": JSONValue(summary.python),
            "jupyter": .string(summary.jupyter.rawValue), "notices": .array(summary.notices.map { .string($0.english) }),
            "layer": .bool(summary.layers.hasCurrent), "earlier_layers": .number(Double(summary.layers.earlier)),
        ]
    }

    static func version(_ version: EnvironmentVersionSummary) -> JSONValue {
        [
            "id": .string(version.id), "time": JSONValue(time: version.time), "author": .string(version.author),
            "message": .string(version.message), "build": .string(version.build), "built": .bool(version.isBuilt),
            "tags": .array(version.tags.map { .string($0) }),
        ]
    }

    static func change(_ change: PackageChange) -> JSONValue {
        [
            "name": .string(change.name), "direction": .string(change.direction.rawValue), "before": JSONValue(change.before),
            "after": JSONValue(change.after), "asked": .bool(change.isAsked),
        ]
    }

    static func profile(_ profile: ProfileSummary) -> JSONValue {
        [
            "name": .string(profile.name), "title": .string(profile.title), "description": .string(profile.description),
            "image": .string(profile.image), "cpus": profile.cpus.map { .number($0) } ?? .null,
            "memory": profile.memory.map { .number(Double($0)) } ?? .null, "gpus": JSONValue(profile.gpus),
        ]
    }

    static func event(_ event: ServerEvent, of id: ServerID, _ texts: TextCatalog) -> JSONValue {
        switch event {
        case .progress(let step):
            ["progress": .number(Double(step.percent)), "message": .string(texts(step.message)), "phase": .string(step.phase.rawValue)]
        case .ready:
            ["progress": 100, "ready": true, "message": .string(texts("Server ready at \(id.path)")), "url": .string(id.path)]
        case .failed(let failure):
            ["progress": 100, "failed": true, "message": .string(texts(failure.reason)), "log": .array(failure.log.map { .string($0) })]
        case .stopped:
            ["progress": 100, "failed": true, "message": .string(texts("The server was stopped."))]
        }
    }
}
