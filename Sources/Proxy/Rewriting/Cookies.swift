import Reactor

/// Cookies between a browser and a server that may not see Berth's nor reach beyond its own path.
enum Cookies {
    /// Whether a cookie of this name is Berth's. Browsers match the prefixes in any case.
    static func isBerths(_ name: ByteView) -> Bool {
        name.startsIgnoringCase("berth-") || name.startsIgnoringCase("__host-berth-")
            || name.startsIgnoringCase("__secure-berth-")
    }

    /// Appends a `Cookie` field with all cookies of `value` but Berth's; nothing where none is left.
    static func appendForeign(_ value: ByteView, to output: Buffer) {
        var isFirst = true
        forEachPart(of: value) { pair in
            let name = pair[0..<(pair.firstIndex(of: 0x3D) ?? pair.count)].trimmed
            guard !pair.isEmpty, !isBerths(name) else { return }
            output.append(isFirst ? "Cookie: " : "; ")
            output.append(pair)
            isFirst = false
        }
        if !isFirst { output.append("\r\n") }
    }

    /// Appends a server's `Set-Cookie`, held to `path`: no cookie of Berth's, no domain,
    /// no path beyond its own, `Secure` on a secure site, `SameSite=Lax` where it says nothing.
    ///
    /// A cookie without a name is dropped: browsers send `=a=b` back as `a=b`. So is one
    /// with the `__Host-` prefix, which no path but `/` may have (RFC 6265bis, 4.1.3).
    static func appendConfined(_ value: ByteView, path: ByteView, isSecure: Bool, to output: Buffer) {
        let end = value.firstIndex(of: 0x3B) ?? value.count
        let pair = value[0..<end].trimmed
        guard let equals = pair.firstIndex(of: 0x3D) else { return }
        let name = pair[0..<equals].trimmed
        guard !name.isEmpty, !isBerths(name), !name.startsIgnoringCase("__host-") else { return }

        output.append("Set-Cookie: ")
        output.append(pair)
        var ownPath: ByteView?
        var saysSecure = false
        var saysSameSite = false
        forEachPart(of: value.dropFirst(end)) { attribute in
            let nameEnd = attribute.firstIndex(of: 0x3D) ?? attribute.count
            let name = attribute[0..<nameEnd].trimmed
            if attribute.isEmpty || name.equalsIgnoringCase("domain") { return }
            if name.equalsIgnoringCase("path") {
                ownPath = nameEnd < attribute.count ? attribute.dropFirst(nameEnd + 1).trimmed : nil
                return
            }
            if name.equalsIgnoringCase("secure") { saysSecure = true }
            if name.equalsIgnoringCase("samesite") { saysSameSite = true }
            output.append("; ")
            output.append(attribute)
        }
        output.append("; Path=")
        if let ownPath, ownPath.starts(with: path) { output.append(ownPath) } else { output.append(path) }
        if isSecure, !saysSecure { output.append("; Secure") }
        if !saysSameSite { output.append("; SameSite=Lax") }
        output.append("\r\n")
    }

    private static func forEachPart(of value: ByteView, _ body: (ByteView) -> Void) {
        var start = 0
        while start < value.count {
            let end = value.firstIndex(of: 0x3B, from: start) ?? value.count
            body(value[start..<end].trimmed)
            start = end + 1
        }
    }
}
