/// What a registry says about where tokens are had: `WWW-Authenticate: Bearer realm="…",service="…",scope="…"`
/// (Docker Registry “Token Authentication Specification”; RFC 6750, 3).
struct BearerChallenge: Equatable {
    /// The URL that gives tokens.
    let realm: String
    let service: String?
    let scope: String?

    /// Nil where the field asks for something else than a token.
    init?(_ field: String) {
        let scheme = field.prefix { !$0.isWhitespace }
        guard scheme.lowercased() == "bearer" else { return nil }
        let values = Self.parameters(in: field.dropFirst(scheme.count))
        guard let realm = values["realm"], !realm.isEmpty else { return nil }
        self.realm = realm
        service = values["service"]
        scope = values["scope"]
    }

    /// The address that gives a token for `repository`; nil where the realm is no http or https URL.
    func tokenURL(for repository: String) -> String? {
        guard realm.hasPrefix("https://") || realm.hasPrefix("http://") else { return nil }
        var query = service.map { ["service=" + $0.queryEncoded] } ?? []
        query.append("scope=" + (scope ?? "repository:\(repository):pull").queryEncoded)
        return realm + (realm.contains("?") ? "&" : "?") + query.joined(separator: "&")
    }

    /// `name="value"` or `name=value`, separated by commas; in quotes `\` takes the next character as it is.
    private static func parameters(in text: Substring) -> [String: String] {
        var values: [String: String] = [:]
        var rest = text
        while let equals = rest.firstIndex(of: "=") {
            let name = rest[..<equals].trimmed.drop { $0 == "," }.drop(while: \.isWhitespace).lowercased()
            rest = rest[rest.index(after: equals)...].drop(while: \.isWhitespace)
            var value = ""
            if rest.first == "\"" {
                rest.removeFirst()
                while let character = rest.popFirst(), character != "\"" {
                    value.append(character == "\\" ? rest.popFirst() ?? "\\" : character)
                }
            } else {
                value = rest.prefix { $0 != "," }.trimmed
            }
            rest = rest.drop { $0 != "," }.dropFirst()
            values[name] = values[name] ?? value
        }
        return values
    }
}

extension String {
    /// As the value of a query's parameter (RFC 3986, 3.4).
    var queryEncoded: String {
        utf8.map { byte in
            let character = Character(Unicode.Scalar(byte))
            let stays = character.isASCII && (character.isLetter || character.isNumber || "-._~:/".contains(character))
            return stays ? String(character) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined()
    }
}
