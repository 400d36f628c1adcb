/// The containers of an engine (Engine API, "Container").
extension Engine {
    /// Makes a container and returns its ID; it does not run yet.
    ///
    /// - Throws: ``DockerError/imageMissing(_:)``; ``DockerError/conflict(_:)`` where the name is taken.
    public func create(_ spec: ContainerSpec, named name: String) async throws(DockerError) -> String {
        struct Created: Decodable {
            let id: String
            enum CodingKeys: String, CodingKey { case id = "Id" }
        }
        var call = try Call.post(["containers", "create"], query: [("name", name)], json: spec)
        // A missing volume or host path is a 400; of all it may lack, only the image is a 404.
        call.missing = .imageMissing(spec.image)
        return try await perform(call, as: Created.self).id
    }

    /// Starts it; nothing to do where it runs.
    public func start(_ container: String) async throws(DockerError) {
        try await perform(Call(method: "POST", path: ["containers", container, "start"]))
    }

    /// Sends its stop signal, and kills it after `timeout` seconds. Nothing to do where it has stopped.
    public func stop(_ container: String, timeout: Int = 10) async throws(DockerError) {
        try await perform(
            Call(method: "POST", path: ["containers", container, "stop"], query: [("t", String(timeout))], timeout: .seconds(timeout + 60)))
    }

    /// Kills it at once, or sends `signal`.
    public func kill(_ container: String, signal: String = "SIGKILL") async throws(DockerError) {
        try await perform(Call(method: "POST", path: ["containers", container, "kill"], query: [("signal", signal)]))
    }

    /// Removes it with its anonymous volumes; kills it first where `force`. Succeeds where there is none.
    public func remove(_ container: String, force: Bool = false) async throws(DockerError) {
        do {
            try await perform(Call(method: "DELETE", path: ["containers", container], query: [("force", String(force)), ("v", "true")]))
        } catch .notFound {
            return
        } catch .conflict(let message) where message.contains("already in progress") {
            // Somebody else removes it; it is gone when the engine knows it no longer.
            try await waitUntilRemoved(container)
        }
    }

    private func waitUntilRemoved(_ container: String) async throws(DockerError) {
        do {
            try await perform(
                Call(method: "POST", path: ["containers", container, "wait"], query: [("condition", "removed")], timeout: .seconds(60)))
        } catch .notFound {
            return
        }
    }

    /// All there is to know of it.
    public func inspect(_ container: String) async throws(DockerError) -> ContainerDetails {
        try await perform(Call(path: ["containers", container, "json"]), as: ContainerDetails.self)
    }

    /// The IDs of the containers with all of `labels` (`NAME` or `NAME=VALUE`), stopped ones too.
    public func containers(labels: [String]) async throws(DockerError) -> [String] {
        struct Listed: Decodable {
            let id: String
            enum CodingKeys: String, CodingKey { case id = "Id" }
        }
        let call = Call(path: ["containers", "json"], query: [("all", "true"), Filters(values: ["label": labels]).parameter])
        return try await perform(call, as: [Listed].self).map(\.id)
    }

    /// Waits until it does not run, and returns its exit code.
    public func wait(for container: String) async throws(DockerError) -> Int {
        struct Exit: Decodable {
            let code: Int
            enum CodingKeys: String, CodingKey { case code = "StatusCode" }
        }
        return try await perform(Call(method: "POST", path: ["containers", container, "wait"], timeout: nil), as: Exit.self).code
    }
}
