import Configuration
import Environments
import LauncherProtocol

/// What the channels of a recipe are, in URLs.
enum Channels {
    static func urls(of recipe: Recipe, _ settings: EnvironmentConfiguration) -> [String] {
        let names = recipe.channels.isEmpty ? settings.channels : recipe.channels.map(\.text)
        return names.flatMap { urls(of: $0, settings) }
    }

    /// The channels that a solve of the recipe looks into: its own, and behind them those that its match specs name, as
    /// conda does.
    static func searched(for recipe: Recipe, _ settings: EnvironmentConfiguration) -> [String] {
        let own = urls(of: recipe, settings)
        let named = recipe.channelsOfSpecs.flatMap { urls(of: $0, settings) }
        var seen = Set(own.map(plain))
        return own + named.filter { seen.insert(plain($0)).inserted }
    }

    /// Where a recipe names a channel, in its list or in a match spec; nil where that is the configuration's.
    static func line(of url: String, in recipe: Recipe, _ settings: EnvironmentConfiguration) -> Recipe.Line? {
        let base = plain(url)
        func isMeant(_ name: String) -> Bool { urls(of: name, settings).contains { plain($0) == base } }
        if let line = recipe.channels.first(where: { isMeant($0.text) }) { return line }
        return recipe.dependencies.lazy.compactMap { dependency in
            dependency.channel.flatMap { isMeant($0) ? Recipe.Line($0, at: dependency.mark) : nil }
        }.first
    }

    /// How a recipe says where a package comes from whose channel it doesn't have; nil where it has it.
    ///
    /// - Parameter base: The channel's URL.
    static func name(of base: String, missingIn recipe: Recipe, _ settings: EnvironmentConfiguration) -> String? {
        let base = plain(base)
        if urls(of: recipe, settings).contains(where: { plain($0) == base }) { return nil }
        let alias = settings.channelAlias.split(separator: "{name}", omittingEmptySubsequences: false).map(String.init)
        guard alias.count == 2, base.hasPrefix(alias[0]), base.hasSuffix(alias[1]),
            base.utf8.count > alias[0].utf8.count + alias[1].utf8.count
        else { return base }
        return String(base.dropFirst(alias[0].count).dropLast(alias[1].count))
    }

    /// A channel's URL without what another spelling of it has: credentials, and a slash at its end.
    private static func plain(_ url: String) -> String {
        let url = ChannelURL.withoutSecrets(url)
        return url.hasSuffix("/") ? String(url.dropLast()) : url
    }

    static func urls(of name: String, _ settings: EnvironmentConfiguration) -> [String] {
        if name.contains("://") { return [name] }
        // conda's own meaning of the name (`default_channels`).
        if name == "defaults" { return ["https://repo.anaconda.com/pkgs/main", "https://repo.anaconda.com/pkgs/r"] }
        return [settings.channelAlias.split(separator: "{name}", omittingEmptySubsequences: false).joined(separator: name)]
    }
}

extension Target {
    /// What a caller asks for, on top of what the configuration says of this host.
    ///
    /// - Parameter configured: The virtual packages of this host.
    init(_ wanted: SolveTarget, configured: [String]) throws(StoreError) {
        do throws(TargetError) {
            try self.init(
                platform: wanted.platform, cuda: wanted.cuda, asOf: wanted.asOf, virtualPackages: wanted.virtualPackages,
                host: Platform.host, configured: configured)
        } catch {
            throw StoreError(.invalid, error.phrase)
        }
    }
}

extension SolveTarget {
    /// What somebody says of a host by hand.
    init(_ given: VirtualPackages, platform: String? = nil, asOf: String?) {
        self.init(platform: platform, cuda: given.cuda, asOf: asOf, virtualPackages: given.others)
    }

    /// The same on this host.
    var here: SolveTarget { SolveTarget(cuda: cuda, asOf: asOf, virtualPackages: virtualPackages) }

    /// The same on another platform, whose processors are others.
    func elsewhere(_ platform: String) -> SolveTarget {
        SolveTarget(
            platform: platform, cuda: cuda, asOf: asOf, virtualPackages: virtualPackages.filter { !$0.hasPrefix("__archspec=") })
    }
}

/// conda's name of a platform.
public enum Platform {
    #if arch(arm64)
        public static let host = "linux-aarch64"
    #else
        public static let host = "linux-64"
    #endif

    /// Refuses a recipe that is for other platforms only.
    static func requireHost(in recipe: Recipe) throws(StoreError) {
        guard recipe.platforms.isEmpty || recipe.platforms.contains(where: { $0.text == host }) else {
            throw StoreError(
                .invalid,
                "The recipe is for \(recipe.platforms.map(\.text).joined(separator: ", ")), and this host is \(host). Add it to “platforms”."
            )
        }
    }
}
