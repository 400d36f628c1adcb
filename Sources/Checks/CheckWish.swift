import Environments
import LauncherProtocol

/// What a recipe is checked for, and how far.
public struct CheckWish: Sendable, Equatable {
    /// conda's names; empty for the recipe's own, or this host's where it names none.
    public var platforms: [String] = []
    /// Each `12.4` or `none`; empty for what is configured.
    public var cudas: [String] = []
    /// What else the system has, as ``VirtualPackages`` reads it.
    public var virtualPackages: [String] = []
    /// A day, `2026-01-31`; nil for today.
    public var asOf: String?
    /// Whether to solve it.
    public var solves = true
    /// Whether to build it on the launcher's host.
    public var builds = false
    /// Whether to build it and import what it asks for.
    public var imports = false
    /// Whether what comes with others anyway is taken out of it, where the rest solves to the same lock.
    public var shortens = false

    /// Solves and no more.
    public init() {}

    /// Whether looking at it is not enough.
    public var needsLauncher: Bool { solves || builds || imports }

    /// For which hosts it is solved: every platform with every CUDA.
    func targets(of recipe: Recipe?) -> [SolveTarget] {
        let named = platforms.isEmpty ? recipe?.platforms.map(\.text) ?? [] : platforms
        let platforms = named.isEmpty ? [nil] : named.map(Optional.some)
        let cudas = cudas.isEmpty ? [nil] : cudas.map(Optional.some)
        return platforms.flatMap { platform in
            cudas.map { SolveTarget(platform: platform, cuda: $0, asOf: asOf, virtualPackages: virtualPackages) }
        }
    }

    /// Refuses what can't be solved for, whatever the recipe is.
    public func validate() throws(TargetError) {
        for target in targets(of: nil) {
            if let platform = target.platform, !Target.platforms.contains(platform) { throw .unknownPlatform(platform) }
            _ = try Target(cuda: target.cuda, asOf: asOf, virtualPackages: virtualPackages, host: "linux-64", configured: [])
        }
    }
}
