import Configuration
import Environments
import LauncherProtocol

/// What the channels of a recipe are, in URLs.
enum Channels {
    static func urls(of recipe: Recipe, _ settings: EnvironmentConfiguration) -> [String] {
        let names = recipe.channels.isEmpty ? settings.channels : recipe.channels.map(\.text)
        return names.flatMap { urls(of: $0, settings) }
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
    init(_ wanted: SolveTarget, _ settings: EnvironmentConfiguration) throws(StoreError) {
        do throws(TargetError) {
            try self.init(
                platform: wanted.platform, cuda: wanted.cuda, asOf: wanted.asOf, host: Platform.host,
                configured: settings.virtualPackages)
        } catch {
            throw StoreError(.invalid, error.phrase)
        }
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
