/// A line of `pip:` taken apart as far as rules need it (PEP 508).
struct RequirementParts: Equatable {
    /// As PyPI compares names.
    let name: String
    /// As it was written.
    let spelling: String
    /// `cuda12` of `jax[cuda12]`.
    let extras: [String]
    /// `==2.6.0+cu124`; empty where it asks for any.
    let version: String

    /// Nil for an option, a URL, and whatever names nothing.
    init?(_ line: String) {
        guard !line.hasPrefix("-") else { return nil }
        let body = line.prefix { $0 != ";" && $0 != "#" }
        let spelling = body.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
        var rest = body.dropFirst(spelling.count)
        guard !spelling.isEmpty, rest.first != ":", rest.first != "+" else { return nil }
        var extras: [String] = []
        while rest.first == " " { rest.removeFirst() }
        if rest.first == "[", let end = rest.firstIndex(of: "]") {
            extras = rest[rest.index(after: rest.startIndex)..<end].split(separator: ",").map { String($0).trimmed }
            rest = rest[rest.index(after: end)...]
        }
        name = normalised(String(spelling))
        self.spelling = String(spelling)
        self.extras = extras
        version = String(rest).trimmed
    }
}
