/// What is known about where a recipe will be used. What isn't known is nil, and the rules that need it rest.
public struct LintContext: Sendable {
    /// conda's name of the platform: `linux-64`.
    public var platform: String?
    /// The host's NVIDIA driver, such as `550.54.14`.
    public var driver: String?
    /// Whether the profile that it is for has GPUs.
    public var hasGPU: Bool?
    /// Whether the image has a Jupyter of its own.
    public var imageHasJupyter: Bool?
    /// What packages the recipe's channels have, as far as somebody looked.
    public var channelPackages: Set<String>
    /// What the recipe was solved to.
    public var lock: Lock?
    /// What of the recipe must stay in it for the same lock, found by solving it without the rest; nil where nobody tried.
    public var held: Set<String>?

    public init(
        platform: String? = nil, driver: String? = nil, hasGPU: Bool? = nil, imageHasJupyter: Bool? = nil,
        channelPackages: Set<String> = [], lock: Lock? = nil, held: Set<String>? = nil
    ) {
        self.platform = platform
        self.driver = driver
        self.hasGPU = hasGPU
        self.imageHasJupyter = imageHasJupyter
        self.channelPackages = channelPackages
        self.lock = lock
        self.held = held
    }
}
