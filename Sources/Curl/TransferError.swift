import CCurl

/// A transfer that did not come to its end, with libcurl's own words.
public struct TransferError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The URL that was asked for.
    public let url: String
    /// The reason, as far as a program can act on it.
    public let kind: Kind
    /// libcurl's text (`CURLOPT_ERRORBUFFER(3)`, else `curl_easy_strerror(3)`).
    public let reason: String

    /// What a caller may want to tell apart.
    public enum Kind: Sendable, Equatable {
        /// The caller gave it up.
        case cancelled
        /// Nobody answers there: name, route, port or socket.
        case unreachable
        /// A time limit of the request.
        case timeout
        /// The peer's certificate, or TLS itself.
        case tls
        /// The body is larger than the caller wants.
        case tooLarge
        /// Anything else, by its `CURLcode`.
        case other(UInt32)
    }

    init(url: String, kind: Kind, reason: String) {
        self.url = url
        self.kind = kind
        self.reason = reason
    }

    init(url: String, code: CURLcode, reason: String) {
        let kind: Kind =
            switch code {
            case CURLE_COULDNT_CONNECT, CURLE_COULDNT_RESOLVE_HOST: .unreachable
            case CURLE_OPERATION_TIMEDOUT: .timeout
            case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM: .tls
            default: .other(code.rawValue)
            }
        self.init(url: url, kind: kind, reason: reason.isEmpty ? String(cString: curl_easy_strerror(code)) : reason)
    }

    static func cancelled(_ url: String) -> Self { Self(url: url, kind: .cancelled, reason: "cancelled") }

    public var description: String { "\(url): \(reason)" }
}
