import Configuration
import Environments
import Foundation

/// Which versions of an environment keep their builds.
struct Retention: Sendable {
    /// How many, the current one included.
    let versions: Int
    /// Seconds since 1970; older ones go, except the current one.
    let oldest: Double

    init(_ settings: EnvironmentConfiguration, now: Double = Date().timeIntervalSince1970) {
        versions = settings.keepVersions
        oldest = now - settings.keepAge
    }

    /// - Parameter history: the newest first, with when each was made; nil for one without a build.
    func builds(of history: some Sequence<(build: BuildID?, time: Double)>) -> [BuildID] {
        history.enumerated().compactMap { index, version in keeps(index, madeAt: version.time) ? version.build : nil }
    }

    /// Whether the version that is so many behind the current one keeps its build.
    func keeps(_ index: Int, madeAt time: Double) -> Bool { index == 0 || index < versions && time >= oldest }
}
