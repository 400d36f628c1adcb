/// Finds credentials that stand in a URL: `https://user:password@host`, `https://TOKEN@host`,
/// `https://host/?token=TOKEN`, and anaconda.org's `https://host/t/TOKEN/channel`.
enum URLSecret {
    /// Whether there is any in `text`.
    static func isIn(_ text: String) -> Bool { !ranges(in: text).isEmpty }

    /// The text with every secret replaced, fit to be shown.
    static func hidden(_ text: String) -> String {
        var result = "", position = text.startIndex
        for range in ranges(in: text) {
            result += text[position..<range.lowerBound] + "${SECRET}"
            position = range.upperBound
        }
        return result + text[position...]
    }

    /// In the order of the text. A `${VARIABLE}` that pip fills in is none, and neither is the user of `git+ssh://git@host`.
    private static func ranges(in text: String) -> [Range<String.Index>] {
        var found: [Range<String.Index>] = []
        var position = text.startIndex
        while let scheme = text[position...].firstRange(of: "://") {
            let url = text[scheme.upperBound...].prefix { !$0.isWhitespace && !"\"'<>".contains($0) }
            let host = url.prefix { !"/?#".contains($0) }
            var secrets: [Substring] = []
            if let at = host.lastIndex(of: "@") {
                let user = host[..<at]
                let isSSH = text[position..<scheme.lowerBound].hasSuffix("ssh")
                secrets.append(user.firstIndex(of: ":").map { user[user.index(after: $0)...] } ?? (isSSH ? "" : user))
            }
            let path = url[host.endIndex...].prefix { !"?#".contains($0) }
            if let token = path.firstRange(of: "/t/") {
                let secret = path[token.upperBound...].prefix { $0 != "/" }
                if secret.count >= 8 { secrets.append(secret) }
            }
            for pair in url[path.endIndex...].split(whereSeparator: { "?&#".contains($0) }) {
                let key = pair.prefix { $0 != "=" }
                if ["token", "access_token", "private_token", "api_key", "password"].contains(key.lowercased()) {
                    secrets.append(pair.dropFirst(key.count + 1))
                }
            }
            found += secrets.filter { !$0.isEmpty && !($0.hasPrefix("${") && $0.hasSuffix("}")) }.map { $0.startIndex..<$0.endIndex }
            position = url.endIndex
        }
        return found
    }
}
