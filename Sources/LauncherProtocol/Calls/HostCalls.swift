/// What decides whether a recipe suits this host, for an account.
public struct DescribeHost: LauncherCall {
    public static let name = "host.describe"
    public static let callers: Set<CallerRole> = [.gateway, .root, .member]
    public typealias Outcome = HostDescription

    /// For whom; a member may name only itself.
    public let account: String

    public init(account: String) { self.account = account }
}

/// What ``DescribeHost`` ends with. What isn't known is nil.
public struct HostDescription: Codable, Sendable, Equatable {
    /// conda's name, such as `linux-64`.
    public let platform: String
    /// The NVIDIA driver, such as `550.54.14`.
    public let driver: String?
    /// Whether a profile that the account may use has GPUs.
    public let hasGPU: Bool
    /// Whether the image of a profile that the account may use has a Jupyter of its own.
    public let imageHasJupyter: Bool?

    public init(platform: String, driver: String? = nil, hasGPU: Bool, imageHasJupyter: Bool? = nil) {
        self.platform = platform
        self.driver = driver
        self.hasGPU = hasGPU
        self.imageHasJupyter = imageHasJupyter
    }
}
