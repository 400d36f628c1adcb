/// What the engine says of one image: `GET /images/{name}/json`.
public struct ImageDetails: Decodable, Sendable {
    /// The hash of its configuration: `sha256:…`.
    public let id: String
    /// Its names with tags.
    public let tags: [String]
    /// Its names with the digests by which registries know it: `NAME@sha256:…`; none for one made on this host.
    public let digests: [String]
    /// Bytes.
    public let size: Int
    /// When it was made, in seconds since 1970; 0 where it does not say.
    public let created: Double

    private enum CodingKeys: String, CodingKey {
        case id = "Id", tags = "RepoTags", digests = "RepoDigests", size = "Size", created = "Created"
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(String.self, forKey: .id)
        tags = try container.decodeIfPresent([String].self, forKey: .tags) ?? []
        digests = try container.decodeIfPresent([String].self, forKey: .digests) ?? []
        size = try container.decode(Int.self, forKey: .size)
        created = try container.decodeIfPresent(String.self, forKey: .created)?.secondsSince1970 ?? 0
    }
}
