/// The registry that serves an image, as image names tell it: what stands before the first `/` where that is a host,
/// Docker Hub where it is none (the engine's own rule, `docker help pull`).
public struct RegistryHost: Sendable, Equatable {
    /// Host, and port where one is written; `docker.io` for Docker Hub by any of its names.
    public let name: String

    /// - Parameter image: as people write it, with or without tag and digest.
    public init(image: some StringProtocol) {
        let first = image.prefix { $0 != "/" }
        let isHost = first.count < image.count && (first.contains(".") || first.contains(":") || first == "localhost")
        self.init(name: isHost ? String(first) : Self.hub)
    }

    /// - Parameter name: the host as somebody writes it.
    public init(name: String) {
        self.name = ["index.docker.io", "registry-1.docker.io"].contains(name) ? Self.hub : name
    }

    /// Whether this is Docker Hub, whose images may leave the host out.
    public var isHub: Bool { name == Self.hub }

    private static let hub = "docker.io"
}
