/// One line of a recipe, as far as a newer version concerns it: which versions it lets in, and how it reads when it
/// asks for another one.
struct PackageRequest: Sendable, Equatable {
    private enum Form: Sendable, Equatable {
        /// Any version.
        case open
        /// This version and what continues it: `=2.1`, `2.1.*`.
        case beginning(String, hasStar: Bool)
        /// This version alone: `==2.1.0`.
        case exactly(String)
        /// A choice: newer versions are looked for within it.
        case range(VersionRange)
    }

    private let form: Form
    /// The line, without a build: a build is of one version alone.
    private let text: String
    private let isOfPip: Bool

    /// Nil where the spec can't be moved: it names a file, or its version is written in a way of its own.
    init?(conda spec: String) {
        guard let parts = MatchSpecParts(spec) else { return nil }
        text = parts.withoutBuild ?? spec
        isOfPip = false
        guard let form = Self.form(parts.version ?? "") else { return nil }
        self.form = form
    }

    /// The same for a line of pip's. A local version (`2.6.0+cu124`) is somebody's own build and stays.
    init?(requirement line: String, _ parts: RequirementParts) {
        guard !line.contains("@"), !parts.version.contains("+") else { return nil }
        text = line
        isOfPip = true
        guard let form = Self.form(parts.version) else { return nil }
        self.form = form
    }

    private static func form(_ version: String) -> Form? {
        let version = version.trimmed
        if version.isEmpty || version == "*" { return .open }
        if version.contains(where: { "<>!~|,".contains($0) }) { return VersionRange(version).map(Form.range) }
        let isExact = version.hasPrefix("==")
        var body = version.drop { $0 == "=" }
        let hasStar = body.hasSuffix("*")
        if hasStar { body = body.dropLast() }
        if body.hasSuffix(".") { body = body.dropLast() }
        guard !body.isEmpty, body.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "._".contains($0)) }) else { return nil }
        return isExact && !hasStar ? .exactly(String(body)) : .beginning(String(body), hasStar: hasStar)
    }

    /// Whether `version` is one that this line could come to, itself changed where it names a version.
    func reaches(_ version: String) -> Bool {
        if case .range(let range) = form { return range.contains(version) }
        return true
    }

    /// The line that lets `version` in, and none of `unwanted`; nil where it does already.
    func asking(for version: String, without unwanted: [String]) -> String? {
        switch form {
        case .open, .range:
            // What is older than the wanted one is no danger: a solver takes the newest.
            let later = unwanted.filter { PackageVersion($0) > PackageVersion(version) }
            return later.isEmpty ? nil : excluding(later)
        case .exactly(let old): return replacing(old, with: version)
        case .beginning(let old, _):
            let count = old.split(separator: ".").count
            let parts = version.split(separator: ".")
            let new = parts.prefix(count).joined(separator: ".")
            let range = VersionRange(new)
            let isClean = !unwanted.contains { PackageVersion($0) > PackageVersion(version) && range?.contains($0) == true }
            if new == old, isClean { return nil }
            // As exact as it takes to leave the unwanted ones out.
            return replacing(old, with: isClean ? new : version)
        }
    }

    private func replacing(_ old: String, with new: String) -> String? {
        // The name may have numbers in it too, and stands first.
        guard
            let place = text.ranges(of: old).last(where: { range in
                let before = range.lowerBound == text.startIndex ? nil : text[text.index(before: range.lowerBound)]
                return before.map { " ='\"".contains($0) } ?? false
            })
        else { return nil }
        return String(text[..<place.lowerBound]) + new + text[place.upperBound...]
    }

    private func excluding(_ versions: [String]) -> String? {
        // What follows a requirement (“; python_version < '3.12'”) and what stands in brackets is not to be torn apart.
        guard !text.contains(where: { ";[#".contains($0) }) else { return nil }
        let terms = versions.map { "!=\($0)" }.joined(separator: ",")
        if case .range = form { return text + "," + terms }
        return text.trimmed + (text.hasSuffix("*") ? "," : "") + terms
    }
}
