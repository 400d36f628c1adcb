import Environments
import Foundation

extension Store {
    /// The builds that an environment keeps: of its current version, of those within the retention, of releases, and
    /// of versions that are assigned.
    ///
    /// - Parameters:
    ///   - pins: The versions that assignments name.
    ///   - next: What would be its newest version.
    func keptBuilds(
        of name: EnvironmentName, _ uid: UInt32, pins: Set<String>, next: BuildID? = nil
    ) throws(StoreError) -> [BuildID] {
        let oldest = Date().timeIntervalSince1970 - settings.keepAge
        let entry = try index.entry(name, of: uid)
        var builds = next.map { [$0] } ?? []
        let newer = builds.count
        for (index, version) in entry.history.enumerated() {
            guard let build = version.build else { continue }
            let place = index + newer
            let isRecent = place < settings.keepVersions && version.time >= oldest
            if place == 0 || isRecent || entry.releases.contains(where: version.isMeant) || pins.contains(where: version.id.hasPrefix) {
                builds.append(build)
            }
        }
        return builds
    }
}
