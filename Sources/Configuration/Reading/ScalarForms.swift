import YAML

extension ValueForm where Value == String {
    /// Text that isn't empty. Numbers and booleans are taken as they are written.
    static let text = ValueForm("a text", { !$0.text.isEmpty && !$0.isNull ? $0.text : nil }, write: quoted)

    /// Text that may be empty.
    static let anyText = ValueForm("a text", { $0.isNull ? "" : $0.text }, write: quoted)

    /// An `http` or `https` URL of a site, without a path.
    static let siteURL = ValueForm(
        "the site's URL, such as https://berth.example.org",
        { scalar in
            let text = scalar.text.hasSuffix("/") ? String(scalar.text.dropLast()) : scalar.text
            guard let scheme = ["https://", "http://"].first(where: text.hasPrefix) else { return nil }
            let host = text.dropFirst(scheme.count)
            return host.isEmpty || host.contains(where: { "/?#@ ".contains($0) }) ? nil : text
        }, write: quoted)

    /// A mail address or a URL.
    static let contact = text.accepting("a mail address, or a URL that begins with https:// or http://") { text in
        !text.contains(where: \.isWhitespace)
            && (text.hasPrefix("https://") || text.hasPrefix("http://") || (text.first != "@" && text.last != "@" && text.contains("@")))
    }

    /// A host, or all below one, with or without a port.
    static let hostPattern = text.accepting("a host such as files.example.org, files.example.org:8443 or *.example.org") { text in
        let name = text.hasPrefix("*.") ? text.dropFirst(2) : text[...]
        return !name.isEmpty && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-._:[]".contains($0)) }
    }

    /// A name that may stand in a URL and a file name.
    static let name = text.accepting("a name of letters, digits, “.”, “_” and “-”, at most 64") { name in
        name.utf8.count <= 64 && name.first != "."
            && name.utf8.allSatisfy { byte in
                let character = Character(Unicode.Scalar(byte))
                return character.isASCII && (character.isLetter || character.isNumber || "._-".contains(character))
            }
    }
}

extension ValueForm where Value == Bool {
    static let bool = ValueForm("true or false", \.bool, write: { String($0) })
}

extension ValueForm where Value == Int {
    /// A whole number of `range`.
    static func int(_ range: ClosedRange<Int>) -> ValueForm {
        let expected =
            range.upperBound == .max
            ? "a whole number from \(range.lowerBound)" : "a whole number from \(range.lowerBound) to \(range.upperBound)"
        return ValueForm(expected, { $0.int.flatMap { range.contains($0) ? $0 : nil } }, write: { String($0) })
    }
}

extension ValueForm where Value == UInt32 {
    /// A UID that is somebody's: neither root nor the kernel's “nobody changed it” (-1).
    static let uid = ValueForm(
        "a UID from 1 to 4294967294", { $0.int.flatMap { UInt32(exactly: $0) }.flatMap { $0 > 0 && $0 < .max ? $0 : nil } },
        write: { String($0) })
}

extension ValueForm where Value == Double {
    /// A number above zero.
    static let positive = ValueForm(
        "a number above 0", { $0.float.flatMap { $0 > 0 && $0.isFinite ? $0 : nil } }, write: { number($0) })
}

extension ValueForm where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of a few words.
    static var choice: ValueForm {
        let words = Value.allCases.map(\.rawValue)
        let expected = words.count == 2 ? words.joined(separator: " or ") : "one of " + words.joined(separator: ", ")
        return ValueForm(expected, { Value(rawValue: $0.text) }, write: \.rawValue)
    }
}

/// A text as YAML that reads back as that text.
func quoted(_ text: String) -> String {
    let scalar = Scalar(text)
    let isPlain =
        scalar.string != nil && !text.isEmpty
        && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "/._-+".contains($0)) }
        && text.first != "-"
    if isPlain { return text }
    var out = "\""
    for character in text.unicodeScalars {
        switch character {
        case "\"": out += "\\\""
        case "\\": out += "\\\\"
        case "\n": out += "\\n"
        case "\t": out += "\\t"
        case _ where character.value < 32: out += "\\x" + (character.value < 16 ? "0" : "") + String(character.value, radix: 16)
        default: out.unicodeScalars.append(character)
        }
    }
    return out + "\""
}

/// Without a fraction where there is none.
func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
}
