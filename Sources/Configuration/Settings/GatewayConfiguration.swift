/// The part of `berth.yaml` that the gateway needs: `gateway:`.
public struct GatewayConfiguration: Sendable, Equatable {
    /// The account that the gateway runs as; it owns nothing else.
    public var user = "berth"
    /// Scheme, host and port as browsers see them. Nil: taken from the first `https` listener.
    public var publicURL: String?
    public var listen: [Listener] = [.https(address: "127.0.0.1", port: 8443)]
    /// The accounts whose processes may connect to a `unix:` listener: the front end's workers.
    public var frontEnds = ["root", "www-data"]
    public var tls = TLSConfiguration()
    /// Event loops; nil for one a core.
    public var loops: Int?
    public var session = SessionConfiguration()
    public var metrics = MetricsConfiguration()
    /// Seconds that requests under way get when the gateway stops.
    public var drain: Double = 10
    /// How long a start may wait for Jupyter's first answer, in seconds.
    public var startTimeout: Double = 120
    /// Whom people can ask: a mail address or a URL; nil where the pages name nobody.
    public var contact: String?

    public init() {}

    /// Where the gateway takes connections.
    public enum Listener: Sendable, Equatable {
        /// TLS: `https://ADDRESS:PORT`.
        case https(address: String, port: UInt16)
        /// Plain HTTP, on a loopback address only: `http://127.0.0.1:PORT`.
        case http(address: String, port: UInt16)
        /// Answers every request with a redirect to the public URL: `redirect://ADDRESS:PORT`.
        case redirect(address: String, port: UInt16)
        /// Plain HTTP behind a proxy on this host, whose `X-Forwarded-*` are believed: `unix:PATH`.
        case unix(path: String)
    }
}

/// `gateway.tls:`.
public struct TLSConfiguration: Sendable, Equatable {
    /// PEM files: the chain, leaf first, and its key.
    public var certificate = "/etc/berth/tls/fullchain.pem"
    public var key = "/etc/berth/tls/privkey.pem"
    /// `Strict-Transport-Security: max-age=…` in seconds; nil for none.
    public var hsts: Int?

    public init() {}
}

/// `gateway.metrics:`.
public struct MetricsConfiguration: Sendable, Equatable {
    /// Addresses that may read `/hub/metrics` without a token.
    public var allow = ["127.0.0.1", "::1"]

    public init() {}
}

/// `gateway.session:`.
public struct SessionConfiguration: Sendable, Equatable {
    /// Seconds without a request after which a session ends.
    public var idle: Double = 12 * 3600
    /// Seconds after which a session ends in any case.
    public var absolute: Double = 14 * 24 * 3600

    public init() {}
}
