/// The networks of an engine (Engine API, "Network").
extension Engine {
    /// Whether there is a network of this name.
    public func hasNetwork(_ name: String) async throws(DockerError) -> Bool {
        do {
            try await perform(Call(path: ["networks", name]))
            return true
        } catch .notFound {
            return false
        }
    }

    /// Makes a bridge network whose containers can't reach each other
    /// (`com.docker.network.bridge.enable_icc`). Nothing to do where the name is taken.
    public func createIsolatedBridge(_ name: String, labels: [String: String] = [:]) async throws(DockerError) {
        struct Network: Encodable {
            let name: String
            let driver = "bridge"
            // Before API 1.44 an engine makes a second network of the same name unless told not to.
            let checkDuplicate = true
            let options = ["com.docker.network.bridge.enable_icc": "false"]
            let labels: [String: String]

            enum CodingKeys: String, CodingKey {
                case name = "Name", driver = "Driver", checkDuplicate = "CheckDuplicate", options = "Options", labels = "Labels"
            }
        }
        do {
            try await perform(Call.post(["networks", "create"], json: Network(name: name, labels: labels)))
        } catch .conflict {
            return
        }
    }

    /// Removes a network. Succeeds where there is none.
    public func removeNetwork(_ name: String) async throws(DockerError) {
        do {
            try await perform(Call(method: "DELETE", path: ["networks", name]))
        } catch .notFound {
            return
        }
    }
}
