import Configuration
import TLS

/// The services of the configuration, found by their name and by their token.
struct Services: Sendable {
    /// In the order of the configuration.
    let all: [ServiceConfiguration]
    /// Names by the SHA-256 digest of the token.
    let byToken: [Digest: String]

    init(_ configuration: [ServiceConfiguration]) throws(UnknownScope) {
        all = configuration
        var byToken: [Digest: String] = [:]
        for service in configuration {
            if let digest = service.tokenDigest.flatMap({ Digest(hexadecimal: $0) }) { byToken[digest] = service.name }
            for scope in service.visitorScopes where Scope(scope) == nil {
                throw UnknownScope(scope: scope, place: "the service “\(service.name)”")
            }
        }
        self.byToken = byToken
    }

    subscript(name: String) -> ServiceConfiguration? { all.first { $0.name == name } }

    /// The name of the service whose token this is.
    func service(secret: String) -> String? { byToken[Digest(sha256: secret.utf8)] }

    /// What stands for a service where an account would: a name that no account of Linux can have.
    static func account(of service: String) -> String { "service:\(service)" }

    /// The path that a service is seen at.
    static func path(of service: String) -> String { "/services/\(service)/" }
}
