/// A right on one server, given by its owner. Times are in seconds since 1970.
public struct Share: Sendable, Equatable {
    /// Whom it is given to.
    public enum Recipient: Sendable, Hashable {
        case user(String)
        /// A group of Berth's own.
        case group(String)
    }

    public let owner: String
    /// Empty for the default server.
    public let server: String
    public let recipient: Recipient
    /// JupyterHub's scopes, each limited to that server.
    public let scopes: [String]
    public let created: Double

    public init(owner: String, server: String, recipient: Recipient, scopes: [String], created: Double) {
        self.owner = owner
        self.server = server
        self.recipient = recipient
        self.scopes = scopes
        self.created = created
    }
}

/// What makes a ``Share`` for whoever shows it, until it expires. Times are in seconds since 1970.
public struct ShareCode: Sendable, Equatable {
    /// The public identifier; it opens nothing.
    public let id: Int
    public let owner: String
    public let server: String
    public let scopes: [String]
    public let created: Double
    public let expires: Double
    /// How often it was used.
    public let exchanges: Int
    public let lastExchange: Double?
}
