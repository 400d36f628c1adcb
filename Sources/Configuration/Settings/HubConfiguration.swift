/// What the hub's API may do beyond what everybody needs: `hub:`.
public struct HubConfiguration: Sendable, Equatable {
    /// Where `?token=` in an address counts as a token.
    public var tokenInURL = TokenInURL.websockets
    /// How many API tokens an account may have, beside those that end with a log-in.
    public var tokensPerAccount = 100
    public var openAs = OpenAsConfiguration()
    /// Whether people may share a running server (JupyterHub's shares and share codes).
    public var sharing = false
    /// Whether `POST /hub/api/shutdown` ends Berth.
    public var shutdown = false

    public init() {}
}

/// `hub.token_in_url:`.
public enum TokenInURL: String, Sendable, CaseIterable {
    case never
    /// For WebSockets alone: browsers can't give them a header.
    case websockets
    case always
}

/// `hub.open_as:`: whether and how long an administrator may go into another's server.
public struct OpenAsConfiguration: Sendable, Equatable {
    public var allowed = true
    /// Seconds.
    public var lasts: Double = 3600

    public init() {}
}

/// One entry of `roles:`: scopes for accounts, groups of Berth's own, and services. A role that is
/// called `user` or `admin` adds to what everybody, or every administrator, may do.
public struct RoleConfiguration: Sendable, Equatable {
    public var name = ""
    /// JupyterHub's scopes, with their filters.
    public var scopes: [String] = []
    public var users: [String] = []
    public var groups: [String] = []
    public var services: [String] = []

    /// The names that mean something by themselves.
    public static let builtIn: Set<String> = ["user", "admin", "server", "token"]

    public init() {}
}

/// One entry of `services:`: a program that an administrator runs beside Berth.
public struct ServiceConfiguration: Sendable, Equatable {
    public var name = ""
    /// Where it listens, if it is to be seen at `/services/NAME/`.
    public var url: ServiceAddress?
    /// The SHA-256 digest of its API token, in hexadecimal; nil for none.
    public var tokenDigest: String?
    /// What tokens may do that visitors let it have, beside knowing who they are.
    public var visitorScopes: [String] = []
    /// Whether its visitors are not asked.
    public var isTrusted = false

    public init() {}
}

/// Where a service listens on this host.
public enum ServiceAddress: Sendable, Equatable {
    /// `http://127.0.0.1:PORT`: nothing beyond the loopback, because it is not encrypted.
    case loopback(port: UInt16)
    /// `unix:PATH`.
    case unix(path: String)
}
