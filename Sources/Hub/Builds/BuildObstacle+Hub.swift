import LauncherProtocol

extension BuildObstacle {
    /// What a program needs to go on.
    var json: [String: JSONValue] {
        switch self {
        case .newerVersion(let version): ["current": .string(version)]
        case .packagesGone: ["nearest": true]
        }
    }
}
