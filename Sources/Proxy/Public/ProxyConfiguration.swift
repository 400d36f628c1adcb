import Glibc

/// How the proxy listens and what it allows.
public struct ProxyConfiguration: Sendable {
    /// Where connections come in.
    public enum Listener: Sendable, Equatable {
        /// TLS on an IPv4 or IPv6 address; port 0 lets the kernel choose.
        case https(address: String, port: UInt16)
        /// Plain HTTP, refused at start on anything but a loopback address.
        case http(address: String, port: UInt16)
        /// Answers every request with a redirect to ``publicOrigin``.
        case redirect(address: String, port: UInt16)
        /// Plain HTTP from a front end on this host, whose `X-Forwarded-For` and
        /// `X-Forwarded-Proto` are believed: see ``frontEnds``.
        case unix(path: String)
        /// Plain HTTP from servers on this host, for the API alone: whoever comes is believed nothing but their token.
        case api(path: String)
    }

    /// PEM files for `https` listeners.
    public struct TLS: Sendable, Equatable {
        /// The chain, leaf first.
        public var certificate: String
        public var key: String

        public init(certificate: String, key: String) {
            self.certificate = certificate
            self.key = key
        }
    }

    /// Sizes and times.
    public struct Limits: Sendable, Equatable {
        /// Bytes of a request's or a response's head; at most 48 KiB.
        public var head = 32 << 10
        /// Header fields of a head.
        public var fields = 128
        /// Responses with a status of 1xx that may come before the final one (RFC 9110, 15.2).
        public var interimResponses = 32
        /// Seconds from a connection to the end of its TLS handshake.
        public var handshake: Double = 10
        /// Seconds from the first byte of a head to its last.
        public var headTime: Double = 10
        /// Seconds that a connection may wait for its next request.
        public var idle: Double = 75
        /// Seconds that a client may neither take nor send a byte while one is due.
        public var stall: Double = 300
        /// Seconds that an unused connection to an upstream is kept.
        public var upstreamIdle: Double = 60
        /// Unused connections kept for each upstream by each loop.
        public var upstreamIdleConnections = 64
        /// Seconds between two reports of activity.
        public var activity: Double = 5

        public init() {}
    }

    /// Where `?token=` in an address counts as a token.
    public enum TokenInURL: Sendable {
        case never
        /// For WebSockets alone, which a browser can't give a header.
        case upgrades
        /// A link can carry a stranger's token into a browser then, for that one request.
        case always

        func counts(forUpgrade isUpgrade: Bool) -> Bool { self == .always || (self == .upgrades && isUpgrade) }
    }

    /// A program beside Berth that is seen at `/services/NAME/`.
    public struct Service: Sendable, Equatable {
        public enum Address: Sendable, Equatable {
            /// A port of 127.0.0.1.
            case loopback(port: UInt16)
            case unix(path: String)
        }

        public var name: String
        public var address: Address

        public init(name: String, address: Address) {
            self.name = name
            self.address = address
        }
    }

    public var listeners: [Listener]
    public var tls: TLS?
    /// `Strict-Transport-Security: max-age=…` in seconds; nil for none.
    public var hsts: Int?
    /// Scheme, host and port as browsers see them, without a path: `https://hub.example.org`.
    public var publicOrigin: String
    /// The hub's private Unix socket.
    public var hubSocket: String
    /// Event loops; nil for one a core.
    public var loops: Int?
    public var limits = Limits()
    /// UIDs whose processes may connect to a `unix` listener, and are believed there; at
    /// first this process's own alone.
    public var frontEnds: Set<UInt32> = [geteuid()]
    /// The name of the cookie with the session's identifier. Every cookie whose name
    /// begins with `berth-`, `__Host-berth-` or `__Secure-berth-` is Berth's own.
    public var sessionCookie = "__Host-berth-session"
    public var tokenInURL = TokenInURL.never
    public var services: [Service] = []
    /// Seconds that requests under way get when the proxy stops.
    public var drain: Double = 10

    public init(listeners: [Listener], publicOrigin: String, hubSocket: String) {
        self.listeners = listeners
        self.publicOrigin = publicOrigin
        self.hubSocket = hubSocket
    }
}
