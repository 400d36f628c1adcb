import Phrases

/// A running server that has another build of its environment than it would get if it were started now.
public struct OutdatedServer: Codable, Sendable, Equatable {
    public let id: ServerID
    /// As the server's owner names it.
    public let environment: String
    /// The identity of the version that it runs with.
    public let version: String

    public init(id: ServerID, environment: String, version: String) {
        self.id = id
        self.environment = environment
        self.version = version
    }

    /// What its owner should know.
    public var sentence: Phrase {
        let short = String(version.prefix(8))
        return id.name.isEmpty
            ? "Your server still runs the version \(short) of “\(environment)”. Restart it to work with the new one."
            : "Your server “\(id.name)” still runs the version \(short) of “\(environment)”. Restart it to work with the new one."
    }
}

/// The servers of an account that have to be restarted to see what became of their environments.
public struct ListOutdatedServers: LauncherCall {
    public static let name = "server.outdated"
    public static let callers: Set<CallerRole> = [.gateway, .root, .member]
    public typealias Outcome = [OutdatedServer]

    public let account: String
    /// Only those with this environment, `NAME` or `OWNER/NAME`; nil for all.
    public let environment: String?

    public init(account: String, environment: String? = nil) {
        self.account = account
        self.environment = environment
    }
}
