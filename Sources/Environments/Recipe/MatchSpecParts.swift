/// A match spec taken apart as far as rules about its text need it: the solver judges the rest
/// (conda's `MatchSpec`; all its spellings mean the same).
struct MatchSpecParts: Equatable {
    /// Before `::`.
    var channel: String?
    /// In lower case.
    var name: String
    /// As it was written, with operators: `3.11`, `>=2,<3`; the single `=` of `name=version` left out.
    var version: String?
    var build: String?
    /// The same spec without its build, in the same spelling; nil where it has none.
    var withoutBuild: String?

    /// Nil for a URL of a package, and where nothing is named.
    init?(_ spec: String) {
        guard !MatchSpecName.isFile(spec), let name = MatchSpecName.name(in: spec) else { return nil }
        self.name = name
        var rest = Substring(spec)
        if let colons = rest.firstRange(of: "::") {
            channel = String(rest[..<colons.lowerBound]).trimmed
            rest = rest[colons.upperBound...]
        }
        while rest.first == " " { rest.removeFirst() }
        rest = rest.dropFirst(name.count)
        if let bracket = rest.firstIndex(of: "[") {
            readBracket(spec, from: bracket)
            rest = rest[..<bracket]
        }
        guard !rest.allSatisfy(\.isWhitespace) else { return }
        if rest.first == " " { readWords(spec, rest) } else { readSigns(spec, rest) }
    }

    /// `name 1.2 build`.
    private mutating func readWords(_ spec: String, _ rest: Substring) {
        let words = rest.split(separator: " ", omittingEmptySubsequences: true)
        // “numpy >=2, <3” is one version in two words; “numpy =2.1=py311_0” is the form with signs.
        if words[0].first == "=", words.count == 1 { return readSigns(spec, words[0]) }
        var isBuild = false
        if words.count == 2, let first = words[1].first, words[0].last.map({ !",|".contains($0) }) == true {
            isBuild = !"<>=!~,|".contains(first) && words[0].contains(where: \.isNumber)
        }
        guard isBuild else { version = words.map(String.init).joined(); return }
        version = String(words[0])
        build = String(words[1])
        withoutBuild = String(spec[..<words[0].endIndex] + spec[words[1].endIndex...])
    }

    /// `name=1.2=build`, `name==1.2=build`, `name>=1.2`.
    private mutating func readSigns(_ spec: String, _ rest: Substring) {
        var body = rest
        let signs = body.prefix { "=<>!~".contains($0) }
        body = body.dropFirst(signs.count)
        guard let equals = body.firstIndex(of: "="), signs.allSatisfy({ $0 == "=" }) else {
            version = ((signs == "=" ? "" : String(signs)) + String(body)).trimmed
            return
        }
        version = ((signs == "=" ? "" : String(signs)) + String(body[..<equals])).trimmed
        build = String(body[body.index(after: equals)...]).trimmed
        withoutBuild = String(spec[..<equals] + spec[body.endIndex...])
    }

    /// `[version='>=2',build=h0_1]`.
    private mutating func readBracket(_ spec: String, from start: String.Index) {
        guard let end = spec[start...].firstIndex(of: "]") else { return }
        let inner = spec[spec.index(after: start)..<end]
        var kept: [Substring] = []
        for pair in Self.pairs(in: inner) {
            let key = String(pair.prefix { $0 != "=" }).trimmed
            let value = String(pair.drop { $0 != "=" }.dropFirst()).trimmed.filter { $0 != "'" && $0 != "\"" }
            if key == "version" { version = value }
            if key == "channel" { channel = value }
            if key == "build" { build = value } else { kept.append(pair) }
        }
        guard build != nil else { return }
        let bracket = kept.isEmpty ? "" : "[" + kept.joined(separator: ",").trimmed + "]"
        withoutBuild = String(spec[..<start]) + bracket + String(spec[spec.index(after: end)...])
    }

    /// Splits at commas outside quotes.
    private static func pairs(in text: Substring) -> [Substring] {
        var quote: Character?
        return text.split { character in
            if let open = quote {
                if character == open { quote = nil }
            } else if character == "'" || character == "\"" {
                quote = character
            } else {
                return character == ","
            }
            return false
        }
    }
}

extension String {
    /// Without white space at its ends.
    var trimmed: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
