import Configuration
import Docker
import LauncherProtocol
import Phrases

extension Spawner {
    /// The images of the configuration, and those on this host that it allows and names no more.
    public func images() async throws(LauncherError) -> [ImageSummary] {
        try await onEngine { () async throws(DockerError) in
            let running = try await servers().filter(\.record.running)
            func summary(_ name: String, _ details: ImageDetails?) -> ImageSummary {
                ImageSummary(
                    name: name, profiles: configuration.profiles.filter { $0.image == name }.map(\.name),
                    isBuilder: configuration.environments.builderImage == name,
                    present: details.map { ImageSummary.Present($0, named: name) },
                    servers: running.filter { $0.details.image == name }.map(\.record.id))
            }
            var summaries: [ImageSummary] = []
            // The engine may write a name otherwise than the configuration does.
            var known: Set<String> = []
            for name in configuredImages {
                let details = try await engine.imageDetails(name)
                summaries.append(summary(name, details))
                known.formUnion((details?.tags ?? []) + [name])
            }
            for tag in try await engine.imageTags() where configuration.allows(image: tag) && !known.contains(tag) {
                if let details = try await engine.imageDetails(tag) { summaries.append(summary(tag, details)) }
            }
            return summaries
        }
    }

    /// Fetches an image that the configuration names.
    public func pullImage(_ image: String, progress: @Sendable (ImageProgress) -> Void) async throws(LauncherError) {
        guard configuredImages.contains(image) else {
            throw LauncherError(
                .notFound, "The configuration names no image “\(image.prefix(200))”. Only those of profiles and the builder's are fetched.")
        }
        let login = try registryLogin(for: image)
        try await onEngine { () async throws(DockerError) in
            try await engine.pull(image, login: login) { pull in progress(ImageProgress(pull.words(for: image), fraction: pull.fraction)) }
        }
    }

    /// The configured account at the image's registry.
    func registryLogin(for image: String) throws(LauncherError) -> RegistryLogin? {
        guard let entry = configuration.registry(serving: image) else { return nil }
        do {
            return RegistryLogin(registry: entry.registry, user: entry.user, password: try entry.password())
        } catch {
            throw LauncherError(
                .failed,
                "The password for the registry \(entry.registry) can't be read from \(entry.passwordFile), so the image \(image) was not fetched. An administrator can mend that file."
            )
        }
    }

    /// Removes an image that no profile names and no server runs in.
    public func removeImage(_ image: String) async throws(LauncherError) {
        guard let found = try await images().first(where: { $0.name == image }), found.present != nil else {
            throw LauncherError(.notFound, "There is no image “\(image.prefix(200))” that the configuration allows on this host.")
        }
        guard found.isUnused else {
            let reason =
                found.isConfigured
                ? "The configuration names it." : "\(found.servers.count) servers run in it. Stop them first, or wait until they end."
            throw LauncherError(.conflict, "The image “\(image)” is in use. \(reason)")
        }
        try await onEngine { () async throws(DockerError) in try await engine.removeImage(image) }
    }

    /// In the order of the configuration, each once.
    private var configuredImages: [String] {
        var images: [String] = []
        for image in configuration.profiles.map(\.image) + [configuration.environments.builderImage] where !images.contains(image) {
            images.append(image)
        }
        return images
    }
}

extension PullProgress {
    /// How far it is, for the person who waits.
    func words(for image: String) -> Phrase {
        let step: Phrase = "Fetching the image \(image): \(complete) of \(layers) layers"
        return size > 0 ? "\(step), \(fetched >> 20) of \(size >> 20) MiB" : step
    }
}

extension ImageSummary.Present {
    init(_ details: ImageDetails, named name: String) {
        // One image may have come from several registries.
        let digest = details.digests.first { $0.hasPrefix(name.prefix { $0 != "@" && $0 != ":" }) } ?? details.digests.first
        self.init(
            id: details.id, digest: digest.flatMap { $0.split(separator: "@").last.map(String.init) }, size: details.size,
            created: details.created)
    }
}
