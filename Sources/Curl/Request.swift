/// One HTTP request.
///
/// ```swift
/// var request = Request("http://engine/_ping")
/// request.socket = "/var/run/docker.sock"
/// let answer = try await client.perform(request)
/// ```
public struct Request: Sendable {
    /// The whole URL, `http` or `https`.
    public var url: String
    public var method = "GET"
    /// Fields in order; one with an empty value is sent without a value.
    public var headers: [(name: String, value: String)] = []
    /// Nil for none; sent with its length.
    public var body: [UInt8]?
    /// Connects to this Unix socket whatever the URL's host is (`CURLOPT_UNIX_SOCKET_PATH(3)`).
    public var socket: String?
    /// A file with the certificates (PEM) that the peer's has to be signed by (`CURLOPT_CAINFO(3)`); nil for the system's.
    public var authorities: String?
    /// For the connection, its TLS included.
    public var connectTimeout: Duration = .seconds(10)
    /// Fails when nothing has moved for so long; rounded to whole seconds; nil for no limit.
    public var idleTimeout: Duration?
    /// For all of it; nil for no limit.
    public var timeout: Duration?
    /// A message to hand over instead; ``url`` is then the mail server.
    var mail: Mail?

    public init(_ url: String, method: String = "GET") {
        self.url = url
        self.method = method
    }
}
