/// Something that happened to a container (Engine API, "SystemEvents").
public struct ContainerEvent: Decodable, Sendable, Equatable {
    /// `create`, `start`, `die`, `oom`, `destroy` and others.
    public let action: String
    /// The container's ID.
    public let container: String
    /// Its labels, its name, and what the action brings, such as `exitCode`.
    public let attributes: [String: String]

    private enum CodingKeys: String, CodingKey { case action = "Action", actor = "Actor" }
    private enum ActorKeys: String, CodingKey { case id = "ID", attributes = "Attributes" }

    public init(from decoder: any Decoder) throws {
        let event = try decoder.container(keyedBy: CodingKeys.self)
        action = try event.decode(String.self, forKey: .action)
        let actor = try event.nestedContainer(keyedBy: ActorKeys.self, forKey: .actor)
        container = try actor.decode(String.self, forKey: .id)
        attributes = try actor.decodeIfPresent([String: String].self, forKey: .attributes) ?? [:]
    }
}
