/// Versions of a package that are not wanted, because they are known to be broken.
public struct HeldVersion: Sendable, Equatable {
    /// As PyPI compares names.
    public let package: String
    /// `2.3.0`, `>=2.3,<2.4`, or `*` for every newer one.
    public let versions: String
    private let range: VersionRange

    /// Nil where `versions` is no range.
    public init?(package: String, versions: String) {
        guard let range = VersionRange(versions), !package.trimmed.isEmpty else { return nil }
        self.package = normalised(package.trimmed)
        self.versions = versions.trimmed
        self.range = range
    }

    /// Whether this version of this package is meant.
    public func holds(_ package: String, _ version: String) -> Bool {
        normalised(package) == self.package && range.contains(version)
    }
}
