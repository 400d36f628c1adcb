import Phrases

/// Why foreign code did not get where it wanted, in words for the person whose recipe it is.
public enum EgressRefusal: PhrasedError, Sendable, Hashable {
    case notAdmitted(Destination)
    case notPublic(Destination)
    case unknown(Destination)
    case unreachable(Destination, String)
    case malformed(String)
    case tooMany(connections: Int)
    /// Bytes: of one build, and which way.
    case tooMuch(bytes: Int, isSent: Bool)

    public var phrase: Phrase {
        switch self {
        case .notAdmitted(let destination):
            "The build asked for \(destination): not among the hosts of the package index and of the recipe's URLs; an administrator can add it to environments.pip_hosts."
        case .notPublic(let destination):
            "The build asked for \(destination), which is at an address of this host or of a private network; an administrator can add it to environments.pip_hosts."
        case .unknown(let destination): "The build asked for \(destination): there is no such host."
        case .unreachable(let destination, let reason): "The build asked for \(destination), which can't be reached: \(reason)."
        case .malformed(let what): "The build asked for something that is no request to a proxy: \(what)."
        case .tooMany(let connections): "The build wanted more than \(connections) connections at once."
        case .tooMuch(let bytes, let isSent):
            isSent
                ? "The build sent more than \(bytes >> 20) MiB; its connections were cut."
                : "The build fetched more than \(bytes >> 20) MiB; its connections were cut."
        }
    }

    /// The status of the answer to whoever asked.
    var status: Int {
        switch self {
        case .notAdmitted, .notPublic, .tooMuch: 403
        case .unknown, .unreachable: 502
        case .malformed: 400
        case .tooMany: 503
        }
    }

    /// The whole answer. pip and others show the reason, and no body, of a tunnel that was refused.
    var answer: [UInt8] {
        let body = description + "\n"
        return Array(
            "HTTP/1.1 \(status) \(description)\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)"
                .utf8)
    }
}
