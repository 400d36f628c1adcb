/// Why the proxy can't start, in words for the administrator.
public enum ProxyError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Not scheme, host and port alone.
    case publicOrigin(String)
    /// Not an address in numbers.
    case address(String)
    /// Plain HTTP was asked for on an address that others can reach.
    case plainBeyondLoopback(String)
    /// An `https` listener without certificate and key.
    case missingCertificate
    /// A socket can't be bound; the text says which and why.
    case listening(String)
    case alreadyStarted

    public var description: String {
        switch self {
        case .publicOrigin(let text):
            "“\(text)” is not a public URL of scheme, host and port, such as https://hub.example.org"
        case .address(let text):
            "“\(text)” is not an IP address; write 0.0.0.0 or :: for all addresses of this host"
        case .plainBeyondLoopback(let text):
            "plain HTTP on \(text) would send passwords in the clear; use https, a redirect, a Unix socket, or 127.0.0.1"
        case .missingCertificate: "an https listener needs a certificate and its key (gateway.tls)"
        case .listening(let text): "can't listen: \(text)"
        case .alreadyStarted: "the proxy was started already"
        }
    }
}
