import TLS

/// Names one server: its owner and its name among the owner's servers.
public struct ServerKey: Hashable, Sendable, CustomStringConvertible {
    /// The account, as PAM knows it.
    public var owner: String
    /// Empty for the default server.
    public var name: String

    public init(owner: String, name: String = "") {
        self.owner = owner
        self.name = name
    }

    public var description: String { name.isEmpty ? owner : "\(owner)/\(name)" }
}

/// Where a server listens, and how the gateway proves itself to it.
public struct ServerRoute: Sendable, Equatable {
    /// The directory of the server's socket; it belongs to the server's user, who may put anything there.
    public var socketDirectory: String
    /// The socket's name in that directory.
    public var socketName: String
    /// The UID that must be found listening.
    public var uid: UInt32
    /// The value of `X-Berth-Secret`, by which the server knows the gateway.
    public var secret: String

    public init(socketDirectory: String, socketName: String, uid: UInt32, secret: String) {
        self.socketDirectory = socketDirectory
        self.socketName = socketName
        self.uid = uid
        self.secret = secret
    }
}

/// Which servers a session or a token opens.
public struct ServerReach: Sendable, Equatable {
    /// Those of its own account.
    public var own = false
    /// Everybody's.
    public var all = false
    /// All servers of these accounts.
    public var users: Set<String> = []
    public var servers: Set<ServerKey> = []

    public init() {}

    public static let none = ServerReach()
    /// Those of its own account, and no others.
    public static let own: ServerReach = {
        var reach = ServerReach()
        reach.own = true
        return reach
    }()
}

/// What a session cookie opens.
public struct SessionGrant: Sendable, Equatable {
    /// Whose session it is.
    public var account: String
    public var servers: ServerReach
    /// The session's public identifier, for logs and activity.
    public var session: String

    public init(account: String, servers: ServerReach = .own, session: String) {
        self.account = account
        self.servers = servers
        self.session = session
    }
}

/// What an API token opens.
public struct TokenGrant: Sendable, Equatable {
    /// Whose token it is.
    public var account: String
    public var servers: ServerReach
    /// The token's public identifier, for logs and activity.
    public var token: String

    public init(account: String, servers: ServerReach, token: String) {
        self.account = account
        self.servers = servers
        self.token = token
    }
}

/// All that the proxy knows about the world: an immutable snapshot, replaced as a whole.
///
/// What disappears from one snapshot to the next is cut off at once: the WebSockets and
/// requests under way of a session, a token or a server that is gone are closed.
public struct Published: Sendable {
    public var servers: [ServerKey: ServerRoute] = [:]
    /// By the SHA-256 digest of the cookie's value.
    public var sessions: [Digest: SessionGrant] = [:]
    /// By the SHA-256 digest of the token.
    public var tokens: [Digest: TokenGrant] = [:]

    public init() {}
}

/// Who had traffic since the last report.
public struct Activity: Sendable, Equatable {
    /// Public identifiers of sessions.
    public var sessions: Set<String> = []
    /// Public identifiers of tokens.
    public var tokens: Set<String> = []
    public var servers: Set<ServerKey> = []
    /// Who was in somebody else's server.
    public var visits: Set<Visit> = []

    public init() {}

    /// A request to the server of another account.
    public struct Visit: Sendable, Hashable {
        /// Who came.
        public var account: String
        /// The public identifier of the session or token they came with.
        public var credential: String
        public var server: ServerKey

        public init(account: String, credential: String, server: ServerKey) {
            self.account = account
            self.credential = credential
            self.server = server
        }
    }
}
