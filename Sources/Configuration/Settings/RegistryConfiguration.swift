/// One entry of `images.registries:`: with which account a registry is asked, for images that it does not show to everybody.
public struct RegistryConfiguration: Sendable, Equatable {
    /// Its host, with the port where images are named with one; `docker.io` for Docker Hub.
    public var registry = ""
    public var user = ""
    /// The file with the password or token, readable by the gateway's account where `watch.images` is on.
    public var passwordFile = ""

    public init() {}

    /// What the file has, without the line's end.
    ///
    /// - Throws: what Foundation says of a file that can't be read.
    public func password() throws -> String { try PasswordFile(path: passwordFile).password() }
}

extension BerthConfiguration {
    /// The account for the registry that serves `image`; nil where everybody may ask.
    public func registry(serving image: String) -> RegistryConfiguration? {
        let host = RegistryHost(image: image)
        return registries.first { RegistryHost(name: $0.registry) == host }
    }
}
