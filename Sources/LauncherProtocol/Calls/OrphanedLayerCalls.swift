/// What somebody has installed over an environment that is gone for good, or over a build that its history has no longer.
public struct OrphanedLayer: Codable, Sendable, Equatable {
    /// What was below: `NAME`, or `OWNER/NAME` of somebody else's.
    public let environment: String
    /// Its build.
    public let build: String
    public let files: Int
    public let bytes: Int
    /// When something in it was changed last, in seconds since 1970.
    public let changed: Double

    public init(environment: String, build: String, files: Int, bytes: Int, changed: Double) {
        self.environment = environment
        self.build = build
        self.files = files
        self.bytes = bytes
        self.changed = changed
    }
}

/// One's own of them, the last changed first.
public struct ListOrphanedLayers: LauncherCall {
    public static let name = "layer.list-orphaned"
    public static let callers: Set<CallerRole> = [.gateway, .root, .member]
    public typealias Outcome = [OrphanedLayer]

    public let account: String

    public init(account: String) { self.account = account }
}
