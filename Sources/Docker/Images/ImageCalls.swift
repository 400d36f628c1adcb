/// The images of an engine (Engine API, "Image").
extension Engine {
    /// Whether the image is on this host.
    public func hasImage(_ image: String) async throws(DockerError) -> Bool {
        do {
            try await perform(Call(path: ["images", image, "json"]))
            return true
        } catch .notFound {
            return false
        }
    }

    /// All there is to know of an image; nil where it is not on this host.
    public func imageDetails(_ image: String) async throws(DockerError) -> ImageDetails? {
        do {
            return try await perform(Call(path: ["images", image, "json"]), as: ImageDetails.self)
        } catch .notFound {
            return nil
        }
    }

    /// All tags of all images on this host.
    public func imageTags() async throws(DockerError) -> [String] {
        struct Listed: Decodable {
            let tags: [String]?
            enum CodingKeys: String, CodingKey { case tags = "RepoTags" }
        }
        return try await perform(Call(path: ["images", "json"]), as: [Listed].self).flatMap { $0.tags ?? [] }.sorted()
    }

    /// Removes a name of an image, and the image with its last one. Succeeds where there is none.
    public func removeImage(_ image: String) async throws(DockerError) {
        do {
            try await perform(Call(method: "DELETE", path: ["images", image]))
        } catch .notFound {
            return
        }
    }

    /// Fetches an image from its registry. Takes as long as it takes; cancel the task to give it up.
    ///
    /// - Parameter login: with which account the registry is asked; nil for none.
    /// - Throws: ``DockerError/pullFailed(image:reason:)`` with the registry's or the engine's reason.
    public func pull(
        _ image: String, login: RegistryLogin? = nil, onProgress: @Sendable (PullProgress) -> Void
    ) async throws(DockerError) {
        var call = Call(method: "POST", path: ["images", "create"], query: [("fromImage", ImageReference(image).full)], timeout: nil)
        call.headers = login.map { [$0.header] } ?? []
        call.missing = .pullFailed(image: image, reason: "the registry does not have it, or does not show it without a log-in")
        do {
            let answer = try await stream(call)
            var lines = JSONLines<PullReader.Message>()
            var reader = PullReader()
            for try await chunk in answer.body {
                for message in lines.append(chunk) where try reader.take(message, of: image) { onProgress(reader.progress) }
            }
            for message in lines.finish() where try reader.take(message, of: image) { onProgress(reader.progress) }
        } catch .failed(_, let message) as DockerError {
            throw .pullFailed(image: image, reason: message)
        } catch let error as DockerError {
            throw error
        } catch {
            throw engineError(error)
        }
    }
}
