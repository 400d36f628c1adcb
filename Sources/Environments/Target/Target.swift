import Foundation
import Phrases

/// The host that a recipe is solved for: its platform, what its system is known to have, and the day.
///
/// ```swift
/// let target = try Target(platform: "linux-64", cuda: "12.4", asOf: "2026-01-31", host: "linux-64", configured: [])
/// target.virtualPackages  // ["__cuda=12.4"]; the builder finds the rest on this host
/// ```
public struct Target: Sendable, Equatable {
    /// conda's name: `linux-64`.
    public let platform: String
    /// Whether it is this host, whose system the solver may ask.
    public let isHost: Bool
    /// What the system has, as `NAME=VERSION=BUILD`; on this host in addition to what the solver finds there, and
    /// `NAME=none` is what it has not, whatever the solver finds.
    public let virtualPackages: [String]
    /// Those of them that somebody gave by hand, without CUDA.
    public let given: [String]
    /// The day whose packages are the newest ones to be considered, as it was given; nil for today.
    public let asOf: String?
    /// The last second of that day (UTC), as ISO 8601 writes it.
    public let cutOff: String?

    /// The platforms that conda knows and that a recipe can be solved for.
    public static let platforms = [
        "linux-64", "linux-aarch64", "linux-ppc64le", "linux-s390x", "osx-64", "osx-arm64", "win-64", "win-arm64",
    ]

    /// - Parameters:
    ///   - platform: Nil for the host's.
    ///   - cuda: The CUDA that the driver supports, such as `12.4`; `none` for a host without; nil for what is configured.
    ///   - virtualPackages: What else its system has, as ``VirtualPackages`` reads it; what no system of the platform can
    ///     have doesn't count.
    ///   - asOf: A day, `2026-01-31`; nil for today.
    ///   - host: The host's platform.
    ///   - configured: The virtual packages that the configuration gives the host; of these another
    ///     platform gets CUDA alone, and only where it is Linux too.
    /// - Throws: where one of them can't be what it should be.
    public init(
        platform: String? = nil, cuda: String? = nil, asOf: String? = nil, virtualPackages: [String] = [], host: String,
        configured: [String]
    ) throws(TargetError) {
        let platform = platform ?? host
        guard platform == host || Self.platforms.contains(platform) else {
            throw .unknownPlatform(platform)
        }
        let isHost = platform == host
        self.isHost = isHost
        self.platform = platform
        let given = try VirtualPackages(virtualPackages, cuda: cuda).packages
            .filter { $0.version != VirtualPackages.host && $0.belongs(on: platform) }
        let names = Set(given.map(\.name))
        let usual = isHost ? configured : Self.usual(platform) + (platform.hasPrefix("linux-") ? configured.filter(Self.isCUDA) : [])
        self.virtualPackages =
            usual.filter { !names.contains(Self.name(of: $0)) }
            + given.filter { isHost || $0.version != VirtualPackages.none }.map(\.text)
        self.given = given.filter { $0.name != "__cuda" }.map(\.text)
        self.asOf = asOf
        cutOff = try asOf.map { day throws(TargetError) in
            guard Self.isDay(day) else {
                throw TargetError(phrase: "“\(day.prefix(40))” is no day. Write year, month and day, such as 2026-01-31.")
            }
            return day + "T23:59:59+00:00"
        }
    }

    /// The version of the GNU C library, where that is known beforehand: `2.28`.
    public var glibc: String? {
        virtualPackages.first { Self.name(of: $0) == "__glibc" }
            .map { String($0.dropFirst("__glibc=".count).prefix { $0 != "=" }) }
    }

    private static func isCUDA(_ package: String) -> Bool { name(of: package) == "__cuda" }

    private static func name(of package: String) -> String { String(package.prefix { $0 != "=" }) }

    private static func isDay(_ text: String) -> Bool {
        let strategy = Date.ISO8601FormatStyle().year().month().day()
        guard text.utf8.count == 10, let day = try? strategy.parse(text) else { return false }
        // 2026-02-31 would become a day of March.
        return strategy.format(day) == text
    }

    /// What a platform may be counted on to have where nobody says more: pixi's defaults
    /// (pixi.sh, “System requirements”).
    private static func usual(_ platform: String) -> [String] {
        switch platform {
        case "linux-64": ["__unix=0", "__linux=4.18", "__glibc=2.28", "__archspec=1=x86_64"]
        case "osx-64": ["__unix=0", "__osx=13.0", "__archspec=1=x86_64"]
        case "osx-arm64": ["__unix=0", "__osx=13.0", "__archspec=1=m1"]
        case "win-64": ["__win=0", "__archspec=1=x86_64"]
        case "win-arm64": ["__win=0", "__archspec=1=aarch64"]
        default: ["__unix=0", "__linux=4.18", "__glibc=2.28", "__archspec=1=\(platform.dropFirst("linux-".count))"]
        }
    }
}

/// Why a target can't be used.
public struct TargetError: PhrasedError, Sendable, Equatable {
    /// What is wrong, and what to write.
    public let phrase: Phrase

    /// A platform that conda doesn't have.
    public static func unknownPlatform(_ name: String) -> TargetError {
        let nearest = NearestWord.to(name, among: Target.platforms)
        return TargetError(
            phrase: nearest.map { "“\(name)” is no platform of conda's. Did you mean “\($0)”?" }
                ?? "“\(name.prefix(40))” is no platform of conda's. They are: \(Target.platforms.joined(separator: ", ")).")
    }
}
