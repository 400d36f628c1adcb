import Foundation
import LauncherProtocol
import Servers

/// What the pages show of a server.
struct ServerView {
    let values: [String: Any]

    /// - Parameters:
    ///   - contact: whom people can ask: a mail address or a URL.
    ///   - mayRollBack: whether the environment that it failed with is theirs to change.
    init(_ texts: TextCatalog, _ status: ServerStatus, contact: String? = nil, mayRollBack: Bool = false) {
        let id = status.id
        let suffix = ServerPaths.suffix(id)
        var values: [String: Any] = [
            "title": id.name.isEmpty ? texts("server", "default") : id.name, "name": id.name,
            "ready": status.ready != nil, "starting": status.isStarting, "stopping": status.isStopping,
            "stopped": status.state == .stopped, "failed": status.failure != nil,
            "open": id.path + "lab", "pending": "/hub/spawn-pending/" + suffix, "spawn": "/hub/spawn/" + suffix,
            "stop": "/hub/stop/" + suffix, "keep": "/hub/servers/keep/" + suffix, "remove": "/hub/servers/remove/" + suffix,
            "removable": !id.name.isEmpty && (status.state == .stopped || status.failure != nil),
        ]
        let (key, tone) =
            switch status.state {
            case .ready: ("ready", "good")
            case .starting: ("starting", "busy")
            case .stopping: ("stopping", "busy")
            case .stopped: ("stopped", "calm")
            case .failed: ("failed", "bad")
            }
        values["state"] = texts("server", status.isQueued ? "queued" : key)
        values["tone"] = tone
        if let failure = status.failure {
            values["reason"] = texts(failure.reason)
            values["log"] = failure.log.joined(separator: "\n")
            values["hasLog"] = !failure.log.isEmpty
            let remedies = Remedies(failure.cause, hasEnvironment: status.environment != nil)
            values["choosesFirst"] = remedies.choosesFirst
            if remedies.rollsBack, mayRollBack, let environment = status.environment {
                values["rollBack"] = EnvironmentView.path(environment)
            }
            if remedies.asks, let contact { values["ask"] = Contact.link(contact, subject: texts("server", "askSubject")) }
        }
        if let ending = status.ending {
            values["endsWords"] = texts("server", ending.reason == .idle ? "endsIdle" : "endsAge")
            values["ends"] = Format.moment(ending.at)
            values["endsAt"] = Format.machine(ending.at)
            values["keepable"] = ending.reason == .idle
        }
        if let record = status.ready {
            values["since"] = Format.moment(record.started)
            values["sinceAt"] = Format.machine(record.started)
            if let version = record.environmentVersion { values["version"] = String(version.prefix(8)) }
        }
        if let profile = status.profile, !status.isStopping { values["profile"] = profile }
        if let environment = status.environment { values["environment"] = environment }
        self.values = values
    }
}

/// The hub's addresses that belong to one server.
enum ServerPaths {
    /// `NAME` or `NAME/SERVER`, encoded.
    static func suffix(_ id: ServerID) -> String { String(id.path.dropFirst("/user/".count).dropLast()) }

    /// Where the API tells how a start goes.
    static func progress(_ id: ServerID) -> String {
        let owner = id.owner.percentEncodedWhole
        return id.name.isEmpty ? "/hub/api/users/\(owner)/server/progress" : "/hub/api/users/\(owner)/servers/\(id.name)/progress"
    }

    /// A server's name as JupyterHub 6 wants it: `[a-z][a-z0-9-]*`, at most 30, no double or last hyphen.
    static func isName(_ name: String) -> Bool {
        name.utf8.count <= 30 && name.wholeMatch(of: /[a-z][a-z0-9]*(-[a-z0-9]+)*/) != nil
    }
}
