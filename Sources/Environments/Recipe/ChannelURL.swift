/// A channel's address, as far as it may be written down.
public enum ChannelURL {
    /// Without `user:password@` and without anaconda.org's `/t/TOKEN`.
    public static func withoutSecrets(_ url: String) -> String {
        guard let scheme = url.firstRange(of: "://") else { return url }
        var rest = url[scheme.upperBound...]
        let host = rest.prefix { $0 != "/" }
        if let at = host.lastIndex(of: "@") { rest = rest[rest.index(after: at)...] }
        var parts = rest.split(separator: "/", omittingEmptySubsequences: false)
        if parts.count > 3, parts[1] == "t" { parts.removeSubrange(1...2) }
        return url[..<scheme.upperBound] + parts.joined(separator: "/")
    }

    /// The address of the channel that a package lies in: `https://HOST/CHANNEL` of `https://HOST/CHANNEL/noarch/FILE`;
    /// nil for a file that lies elsewhere.
    static func base(of package: CondaPackage) -> String? {
        let parts = package.url.split(separator: "/", omittingEmptySubsequences: false)
        guard package.url.contains("://"), parts.count > 4, parts[parts.count - 2] == Substring(package.subdir) else { return nil }
        return withoutSecrets(parts.dropLast(2).joined(separator: "/"))
    }
}

extension Recipe {
    /// The channels that its match specs name by `CHANNEL::`, each once.
    public var channelsOfSpecs: [String] {
        var seen: Set<String> = []
        return dependencies.compactMap(\.channel).filter { !$0.isEmpty && seen.insert($0).inserted }
    }
}

extension Recipe.Dependency {
    /// The channel that it names by `CHANNEL::`; nil where it names none.
    public var channel: String? { MatchSpecParts(spec)?.channel }
}
