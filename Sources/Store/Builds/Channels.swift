import Configuration
import Environments

/// What the channels of a recipe are, in URLs.
enum Channels {
    static func urls(of recipe: Recipe, _ settings: EnvironmentConfiguration) -> [String] {
        let names = recipe.channels.isEmpty ? settings.channels : recipe.channels.map(\.text)
        return names.flatMap { name -> [String] in
            if name.contains("://") { return [name] }
            // conda's own meaning of the name (`default_channels`).
            if name == "defaults" { return ["https://repo.anaconda.com/pkgs/main", "https://repo.anaconda.com/pkgs/r"] }
            return [settings.channelAlias.split(separator: "{name}", omittingEmptySubsequences: false).joined(separator: name)]
        }
    }
}

/// conda's name of a platform.
enum Platform {
    #if arch(arm64)
        static let host = "linux-aarch64"
    #else
        static let host = "linux-64"
    #endif
}
