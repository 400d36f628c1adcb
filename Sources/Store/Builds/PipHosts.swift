import Configuration
import Egress
import Foundation

/// What pip may reach on this host, as administrators have configured it.
struct PipHosts: Sendable {
    private let administrators: [HostPattern]
    /// The proxy by which the host reaches the internet; nil where there is none.
    let upstream: UpstreamProxy?

    /// Hosts whose pages lead to another's files. Whoever names the first needs the others.
    private static let companions = [
        "pypi.org": ["files.pythonhosted.org"],
        "download.pytorch.org": ["download-r2.pytorch.org"],
        "github.com": [
            "codeload.github.com", "objects.githubusercontent.com", "release-assets.githubusercontent.com", "raw.githubusercontent.com",
        ],
    ]

    /// Reads the files of pip that are mounted for the builder. **Blocks.**
    init(_ settings: EnvironmentConfiguration) {
        let files = PipConfiguration.paths(settings).compactMap { try? String(contentsOfFile: $0, encoding: .utf8) }
        self.init(settings, pip: files.map { PipConfiguration($0) } + [PipConfiguration(variables: settings.variables)])
    }

    /// - Parameter pip: what pip is configured with, the strongest last.
    init(_ settings: EnvironmentConfiguration, pip: [PipConfiguration]) {
        let indices = pip.flatMap { $0["index-url"] }
        let named = indices + pip.flatMap { $0["extra-index-url"] + $0["find-links"] } + settings.channels + [settings.channelAlias]
        let urls = named + (indices.isEmpty ? ["https://pypi.org/simple"] : [])
        administrators =
            Self.patterns(urls) + (settings.pipHosts + pip.flatMap { $0["trusted-host"] }).compactMap { HostPattern($0) }
        let variables = Dictionary(settings.variables.map { ($0.key.lowercased(), $0.value) }) { first, _ in first }
        let proxy = pip.flatMap { $0["proxy"] }.last ?? variables["https_proxy"] ?? variables["all_proxy"] ?? variables["http_proxy"]
        upstream = proxy.flatMap { UpstreamProxy(url: $0, exceptions: variables["no_proxy"] ?? "") }
    }

    /// For a recipe whose `pip:` part, or whose lock, has these lines.
    func rules(naming lines: [String]) -> EgressRules {
        EgressRules(administrators: administrators, recipes: Self.patterns(lines))
    }

    /// For what reads channels and fetches packages.
    var rulesForChannels: EgressRules { EgressRules(administrators: administrators, admitsPublic: true) }

    private static func patterns(_ lines: [String]) -> [HostPattern] {
        lines.flatMap { Destination.named(in: $0) }.flatMap { destination in
            [HostPattern(destination)] + (companions[destination.host] ?? []).compactMap { HostPattern($0 + ":443") }
        }
    }
}
