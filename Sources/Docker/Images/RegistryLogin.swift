import Foundation

/// An account at a registry, as the engine passes it on (Engine API, "Authentication").
public struct RegistryLogin: Sendable {
    let registry: String
    let user: String
    let password: String

    /// - Parameter registry: its host, `docker.io` for Docker Hub.
    public init(registry: String, user: String, password: String) {
        self.registry = registry
        self.user = user
        self.password = password
    }

    /// `X-Registry-Auth`: JSON in base64url.
    var header: (name: String, value: String) {
        let fields = ["username": user, "password": password, "serveraddress": registry]
        let json = (try? JSONEncoder().encode(fields)) ?? Data()
        let text = json.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
        return ("X-Registry-Auth", text)
    }
}
