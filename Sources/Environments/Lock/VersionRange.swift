/// Which versions are meant, as conda's match specs and Python's specifiers (PEP 440) write it: `>=2,<3`, `2.1.*`,
/// `~=2.1`, `1.26|>=2`. Versions are compared in conda's order.
///
/// ```swift
/// VersionRange(">=2,<3")?.contains("2.1.3")  // true
/// ```
public struct VersionRange: Sendable, Equatable {
    private enum Test: Sendable, Equatable {
        case any
        case equal(String)
        case beginsWith(String)
        case less(String, orEqual: Bool)
        case greater(String, orEqual: Bool)
        indirect case not(Test)
    }

    /// One of these must hold whole.
    private let alternatives: [[Test]]

    /// Nil where the text is none. A version alone means itself and what continues it: `2.1` has `2.1.3` in it.
    public init?(_ text: String) {
        var alternatives: [[Test]] = []
        for part in text.split(separator: "|", omittingEmptySubsequences: false) {
            var tests: [Test] = []
            for term in part.split(separator: ",") {
                guard let found = Self.tests(String(term).trimmed) else { return nil }
                tests += found
            }
            guard !tests.isEmpty else { return nil }
            alternatives.append(tests)
        }
        self.alternatives = alternatives
    }

    /// Whether `version` is meant.
    public func contains(_ version: String) -> Bool {
        alternatives.contains { $0.allSatisfy { Self.holds($0, version) } }
    }

    private static func tests(_ term: String) -> [Test]? {
        let sign = String(term.prefix { "=<>!~".contains($0) })
        var version = String(term.dropFirst(sign.count)).trimmed
        if version == "*", ["", "=", "=="].contains(sign) { return [.any] }
        let isPattern = version.hasSuffix("*")
        if isPattern { version.removeLast() }
        if version.hasSuffix(".") { version.removeLast() }
        // Two points have no number between them: no version is so, and the range would never hold.
        let isVersion = version.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-+!".contains($0)) }
        guard !version.isEmpty, isVersion, !version.contains(".."), version.first != "." else { return nil }
        switch sign {
        case "", "=": return [.beginsWith(version)]
        case "==", "===": return [isPattern ? .beginsWith(version) : .equal(version)]
        case "!=": return [.not(isPattern ? .beginsWith(version) : .equal(version))]
        case "<", "<=": return [.less(version, orEqual: sign.count == 2)]
        case ">", ">=": return [.greater(version, orEqual: sign.count == 2)]
        case "~=":
            let parts = version.split(separator: ".")
            guard parts.count > 1 else { return nil }
            return [.greater(version, orEqual: true), .beginsWith(parts.dropLast().joined(separator: "."))]
        default: return nil
        }
    }

    private static func holds(_ test: Test, _ version: String) -> Bool {
        switch test {
        case .any: true
        case .equal(let other): PackageVersion(version) == PackageVersion(other)
        case .beginsWith(let start): PackageVersion(version) == PackageVersion(start) || version.hasPrefix(start + ".")
        case .less(let bound, let orEqual):
            orEqual ? PackageVersion(version) <= PackageVersion(bound) : PackageVersion(version) < PackageVersion(bound)
        case .greater(let bound, let orEqual):
            orEqual ? PackageVersion(version) >= PackageVersion(bound) : PackageVersion(version) > PackageVersion(bound)
        case .not(let test): !holds(test, version)
        }
    }
}
