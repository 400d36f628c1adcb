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
        history.prefix(versions).enumerated().compactMap { index, version in
            index == 0 || version.time >= oldest ? version.build : nil
        }
    }
}
