/// What the engine says of itself and its host: `GET /info`.
public struct EngineInfo: Decodable, Sendable {
    public let serverVersion: String
    /// The host's cores.
    public let cpus: Int
    /// The host's memory, in bytes.
    public let memory: Int
    /// The runtimes it knows, such as `runc` and `nvidia`.
    public let runtimes: [String]

    private enum CodingKeys: String, CodingKey {
        case serverVersion = "ServerVersion", cpus = "NCPU", memory = "MemTotal", runtimes = "Runtimes"
    }
    private struct Runtime: Decodable {}

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        serverVersion = try container.decode(String.self, forKey: .serverVersion)
        cpus = try container.decode(Int.self, forKey: .cpus)
        memory = try container.decode(Int.self, forKey: .memory)
        runtimes = try container.decodeIfPresent([String: Runtime].self, forKey: .runtimes)?.keys.sorted() ?? []
    }
}

extension Engine {
    /// The engine and its host.
    public func info() async throws(DockerError) -> EngineInfo {
        try await perform(Call(path: ["info"]), as: EngineInfo.self)
    }
}
