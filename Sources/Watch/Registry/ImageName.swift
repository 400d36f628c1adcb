import Configuration

/// The name of an image taken apart as the engine does it: `[HOST[:PORT]/]NAME[:TAG][@DIGEST]`.
struct ImageName: Equatable {
    /// As people write the name, without its tag.
    let name: String
    /// Host and port that serve it.
    let registry: String
    /// The name within the registry.
    let repository: String
    /// `latest` where none is written; nil where a digest says exactly which image is meant.
    let tag: String?

    /// Nil where nothing is named.
    init?(_ text: String) {
        let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        var body = parts[0]
        var tag: String?
        if let colon = body.lastIndex(of: ":"), !body[colon...].contains("/") {
            tag = String(body[body.index(after: colon)...])
            body = body[..<colon]
        }
        guard !body.isEmpty else { return nil }
        name = String(body)
        self.tag = parts.count > 1 ? nil : tag ?? "latest"
        let host = RegistryHost(image: body)
        let first = body.prefix { $0 != "/" }
        let path = first.count < body.count && RegistryHost(name: String(first)) == host ? body.dropFirst(first.count + 1) : body
        registry = host.isHub ? "registry-1.docker.io" : host.name
        repository = host.isHub && !path.contains("/") ? "library/\(path)" : String(path)
    }

    /// The registry's root. As the engine does, the loopback is talked to without TLS.
    var base: String {
        let host = registry.hasPrefix("[") ? registry.prefix { $0 != "]" } + "]" : registry.prefix { $0 != ":" }
        let isLocal = host == "localhost" || host == "[::1]" || host.hasPrefix("127.")
        return (isLocal ? "http://" : "https://") + registry
    }
}
