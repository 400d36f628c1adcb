/// What stands in a build's way, where whoever waits decides how to go on.
public enum BuildObstacle: Codable, Sendable, Equatable {
    /// Somebody saved meanwhile: the identity of the version that is current now.
    case newerVersion(String)
    /// Packages of the lock are no longer to be had, and the nearest that fit are: to be asked for by `nearest`.
    case packagesGone
}
