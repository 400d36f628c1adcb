import Foundation

/// What the engine says of one container: `GET /containers/{id}/json`.
public struct ContainerDetails: Decodable, Sendable {
    public let id: String
    /// Without the leading slash.
    public let name: String
    public let state: State
    public let image: String
    public let labels: [String: String]
    public let environment: [String: String]
    /// The names of the volumes that it has mounted.
    public let volumes: [String]
    /// The host's paths that it has mounted.
    public let hostPaths: [String]

    /// Whether it runs, and how it ended.
    public struct State: Decodable, Sendable, Equatable {
        /// `created`, `running`, `paused`, `restarting`, `removing`, `exited` or `dead`.
        public let status: String
        public let running: Bool
        public let oomKilled: Bool
        public let exitCode: Int
        /// Why the engine could not start it; empty where it could.
        public let error: String
        /// When it was started last, in seconds since 1970; 0 for never.
        public let started: Double

        private enum CodingKeys: String, CodingKey {
            case status = "Status", running = "Running", oomKilled = "OOMKilled", exitCode = "ExitCode", error = "Error", started =
                "StartedAt"
        }

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            status = try container.decode(String.self, forKey: .status)
            running = try container.decode(Bool.self, forKey: .running)
            oomKilled = try container.decodeIfPresent(Bool.self, forKey: .oomKilled) ?? false
            exitCode = try container.decode(Int.self, forKey: .exitCode)
            error = try container.decodeIfPresent(String.self, forKey: .error) ?? ""
            started = try container.decode(String.self, forKey: .started).secondsSince1970
        }
    }

    private enum CodingKeys: String, CodingKey { case id = "Id", name = "Name", state = "State", settings = "Config", mounts = "Mounts" }
    private struct MountPoint: Decodable {
        let type: String?
        let name: String?
        let source: String?

        enum CodingKeys: String, CodingKey { case type = "Type", name = "Name", source = "Source" }
    }
    private enum SettingKeys: String, CodingKey { case image = "Image", labels = "Labels", environment = "Env" }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(String.self, forKey: .id)
        name = String(try container.decode(String.self, forKey: .name).drop { $0 == "/" })
        state = try container.decode(State.self, forKey: .state)
        let mounts = try container.decodeIfPresent([MountPoint].self, forKey: .mounts) ?? []
        volumes = mounts.filter { $0.type == "volume" }.compactMap(\.name)
        hostPaths = mounts.filter { $0.type == "bind" }.compactMap(\.source)
        let settings = try container.nestedContainer(keyedBy: SettingKeys.self, forKey: .settings)
        image = try settings.decode(String.self, forKey: .image)
        labels = try settings.decodeIfPresent([String: String].self, forKey: .labels) ?? [:]
        let variables = try settings.decodeIfPresent([String].self, forKey: .environment) ?? []
        environment = Dictionary(
            variables.map { variable in
                let parts = variable.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
            }, uniquingKeysWith: { $1 })
    }
}

extension String {
    /// RFC 3339 as Go writes it, with up to nine digits of a second; 0 for Go's zero time.
    var secondsSince1970: Double {
        let parts = split(separator: ".", maxSplits: 1)
        guard let whole = parts.first else { return 0 }
        let digits = parts.count > 1 ? parts[1].prefix { $0.isNumber } : ""
        let zone = parts.count > 1 ? String(parts[1].drop { $0.isNumber }) : ""
        guard let date = try? Date(String(whole) + zone, strategy: .iso8601), date.timeIntervalSince1970 > 0 else { return 0 }
        return date.timeIntervalSince1970 + (Double("0." + digits) ?? 0)
    }
}
