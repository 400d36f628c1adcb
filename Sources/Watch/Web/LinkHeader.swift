/// A `Link` field (RFC 8288): where more of an answer is.
enum LinkHeader {
    /// The target of the first link whose relation is `relation`; nil where there is none.
    static func target(of relation: String, in field: String) -> String? {
        for link in links(in: field) {
            guard let end = link.firstIndex(of: ">"), link.first == "<" else { continue }
            let parameters = link[link.index(after: end)...].split(separator: ";")
            for parameter in parameters {
                let parts = parameter.split(separator: "=", maxSplits: 1).map { $0.trimmed }
                guard parts.count == 2, parts[0].lowercased() == "rel" else { continue }
                let relations = parts[1].filter { $0 != "\"" }.lowercased().split(separator: " ")
                if relations.contains(Substring(relation)) { return String(link[link.index(after: link.startIndex)..<end]) }
            }
        }
        return nil
    }

    /// Splits at commas outside `<…>` and quotes.
    private static func links(in field: String) -> [Substring] {
        var isTarget = false, isQuoted = false
        return field.split { character in
            switch character {
            case "<" where !isQuoted: isTarget = true
            case ">" where !isQuoted: isTarget = false
            case "\"" where !isTarget: isQuoted.toggle()
            case ",": return !isTarget && !isQuoted
            default: break
            }
            return false
        }.map { $0.drop(while: \.isWhitespace) }
    }
}

extension StringProtocol {
    /// Without white space at its ends.
    var trimmed: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
