import Foundation
import TLS

/// Everything that decides what a build contains, exactly. The same recipe and the same state of the
/// channels give the same bytes.
public struct Lock: Codable, Sendable, Equatable {
    /// The version of this format.
    public let format: Int
    /// conda's name of the platform: `linux-64`.
    public let platform: String
    /// By name.
    public let packages: [CondaPackage]
    /// By name.
    public let pip: [PipPackage]
    /// The options of the recipe's `pip:`.
    public let pipOptions: [String]
    /// The recipe's `variables:`.
    public let variables: [String: String]
    /// What pip would install on this platform and is in the lock of no other host, because there is only source of it:
    /// names, or requirements. Nil on the host itself, where pip builds it.
    public let lacking: [String]?

    public init(
        platform: String, packages: [CondaPackage], pip: [PipPackage] = [], pipOptions: [String] = [],
        variables: [String: String] = [:], lacking: [String]? = nil
    ) {
        self.lacking = lacking
        self.format = 1
        self.platform = platform
        self.packages = packages.sorted { $0.name < $1.name }
        self.pip = pip.sorted { $0.name.lowercased() < $1.name.lowercased() }
        self.pipOptions = pipOptions
        self.variables = variables
    }

    /// Reads what ``canonicalBytes`` wrote.
    public init(json text: String) throws { self = try JSONDecoder().decode(Lock.self, from: Data(text.utf8)) }

    /// The lock as JSON, always the same bytes for the same lock.
    public var canonicalBytes: Data {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
            var bytes = try encoder.encode(self)
            bytes.append(UInt8(ascii: "\n"))
            return bytes
        }
    }

    /// The build's identity: the first 32 hexadecimal digits of the SHA-256 of ``canonicalBytes``.
    public var buildID: BuildID {
        get throws { BuildID(digest: Digest(sha256: try canonicalBytes)) }
    }

    /// The version of its Python; nil where it has none.
    public var python: String? { packages.first { $0.name == "python" }?.version }

    /// The version of a package that is installed in the end: pip comes after conda.
    public func version(of name: String) -> String? {
        let key = normalised(name)
        return pip.first { normalised($0.name) == key }?.version ?? packages.first { normalised($0.name) == key }?.version
    }

    /// How many packages it has, pip's included. A package that both bring counts once.
    public var count: Int {
        let names = packages.map(\.name) + pip.map(\.name)
        return Set(names.map(normalised)).count
    }
}

/// Which build: 32 hexadecimal digits.
public struct BuildID: Sendable, Hashable, CustomStringConvertible {
    public let text: String

    init(digest: Digest) { text = String(digest.description.prefix(32)) }

    /// Nil where `text` is no such identity.
    public init?(_ text: String) {
        guard text.utf8.count == 32, text.allSatisfy({ $0.isASCII && ($0.isNumber || ("a"..."f").contains($0)) }) else {
            return nil
        }
        self.text = text
    }

    /// The path at which every container sees its build, whichever that is: files that name their prefix are the same in
    /// all builds, scripts in a home go on after an update, and a container has one environment.
    public static let prefix = "/opt/berth/env"

    public var description: String { text }
}

/// A package's name as PyPI compares them (PEP 503), which also makes conda-forge's spellings equal.
func normalised(_ name: String) -> String {
    name.lowercased().split(whereSeparator: { "-_.".contains($0) }).joined(separator: "-")
}
