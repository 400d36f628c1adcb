/// The volumes of an engine (Engine API, "Volume").
extension Engine {
    /// Makes a volume of the local driver; `options` are its mount options (`type`, `device`, `o`),
    /// none for a plain directory. Nothing to do where the name is taken.
    public func createVolume(
        _ name: String, options: [String: String] = [:], labels: [String: String] = [:]
    ) async throws(DockerError) {
        struct Volume: Encodable {
            let name: String
            let driver = "local"
            let options: [String: String]
            let labels: [String: String]

            enum CodingKeys: String, CodingKey { case name = "Name", driver = "Driver", options = "DriverOpts", labels = "Labels" }
        }
        try await perform(Call.post(["volumes", "create"], json: Volume(name: name, options: options, labels: labels)))
    }

    /// The volumes with all of `labels` (`NAME` or `NAME=VALUE`): their names, and the options that they were made with.
    public func volumes(labels: [String]) async throws(DockerError) -> [String: [String: String]] {
        struct Listed: Decodable {
            struct Volume: Decodable {
                let name: String
                let options: [String: String]?
                enum CodingKeys: String, CodingKey { case name = "Name", options = "Options" }
            }
            let volumes: [Volume]?
            enum CodingKeys: String, CodingKey { case volumes = "Volumes" }
        }
        let call = Call(path: ["volumes"], query: [Filters(values: ["label": labels]).parameter])
        let volumes = try await perform(call, as: Listed.self).volumes ?? []
        return Dictionary(volumes.map { ($0.name, $0.options ?? [:]) }) { first, _ in first }
    }

    /// Removes a volume. Succeeds where there is none; ``DockerError/conflict(_:)`` where a container has it.
    public func removeVolume(_ name: String) async throws(DockerError) {
        do {
            try await perform(Call(method: "DELETE", path: ["volumes", name]))
        } catch .notFound {
            return
        }
    }
}
