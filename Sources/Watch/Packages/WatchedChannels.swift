import Configuration
import Environments

/// Which channels of a recipe are asked. A recipe can name any URL, and what the gateway can reach its author
/// need not be able to: so only channels are asked that an administrator has named in some way.
struct WatchedChannels: Sendable {
    private let defaults: [String]
    private let alias: String
    private let prefixes: [String]

    init(_ configuration: BerthConfiguration) {
        defaults = configuration.environments.channels
        alias = configuration.environments.channelAlias
        prefixes = configuration.watch.channels + configuration.environments.channels.filter(Self.isWeb)
    }

    /// The URLs of a recipe's channels in their order, as far as they are asked.
    func urls(of recipe: Recipe) -> [String] {
        let names = recipe.channels.isEmpty ? defaults : recipe.channels.map(\.text)
        return names.flatMap { name -> [String] in
            if name.contains("://") { return Self.isWeb(name) && prefixes.contains { Self.isBelow(name, $0) } ? [name] : [] }
            if name == "defaults" { return ["https://repo.anaconda.com/pkgs/main", "https://repo.anaconda.com/pkgs/r"] }
            let url = alias.split(separator: "{name}", omittingEmptySubsequences: false).joined(separator: name)
            // “..” could lead out of what the alias means.
            return Self.isWeb(url) && !name.split(separator: "/").contains("..") ? [url] : []
        }
    }

    private static func isWeb(_ url: String) -> Bool { WebAddress(url) != nil }

    /// Whether `url` is `prefix`, or lies below it: `https://a.org` is no beginning of `https://a.org.evil/`.
    private static func isBelow(_ url: String, _ prefix: String) -> Bool {
        guard WebAddress(url) == WebAddress(prefix), !url.split(separator: "/").contains(".."), !url.contains("@") else { return false }
        let base = prefix.hasSuffix("/") ? String(prefix.dropLast()) : prefix
        return url == base || url.hasPrefix(base + "/")
    }
}
