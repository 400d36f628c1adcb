import Configuration
import LauncherProtocol

extension Spawner {
    /// What decides whether a recipe suits this host, as far as `account` may use it.
    ///
    /// - Parameter platform: conda's name of the host's.
    public func describeHost(for account: Account, platform: String) async -> HostDescription {
        let profiles = Profiles(configuration).available(to: account)
        var support: [Bool?] = []
        for image in Set(profiles.map(\.image)).sorted() { support.append(await contents.content(of: image)?.hasJupyter) }
        // One profile in which a server starts is enough; that none is there must be known of all.
        let imageHasJupyter = support.contains(true) ? true : support.contains(nil) ? nil : false
        return HostDescription(
            platform: platform, driver: await smi.knownDriver(), hasGPU: profiles.contains { $0.gpus != .none },
            imageHasJupyter: imageHasJupyter)
    }
}
