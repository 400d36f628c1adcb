import Reactor

/// Finds in a request what might prove who sent it.
enum Credentials {
    /// The token of `Authorization: token X` or `Authorization: bearer X`, in any case.
    static func token(inAuthorization value: ByteView) -> ByteView? {
        guard let space = value.firstIndex(of: 0x20) else { return nil }
        let scheme = value[0..<space]
        guard scheme.equalsIgnoringCase("token") || scheme.equalsIgnoringCase("bearer") else { return nil }
        let token = value.dropFirst(space).trimmed
        return token.isEmpty ? nil : token
    }

    /// Where `token=…` stands in the query of `target`, without the separators around it.
    static func tokenParameter(in target: ByteView) -> Range<Int>? {
        guard let question = target.firstIndex(of: 0x3F) else { return nil }
        var start = question + 1
        while start <= target.count {
            let end = target.firstIndex(of: 0x26, from: start) ?? target.count
            if target[start..<end].starts(with: "token=") { return start..<end }
            start = end + 1
        }
        return nil
    }

    /// The value of the first cookie named `name`.
    static func cookie(_ name: ByteView, in fields: HeadFields, _ bytes: ByteView) -> ByteView? {
        for field in fields.all where field.kind == .cookie {
            let value = bytes[field.value]
            var start = 0
            while start < value.count {
                let end = value.firstIndex(of: 0x3B, from: start) ?? value.count
                let pair = value[start..<end].trimmed
                if pair.count > name.count, pair[name.count] == 0x3D, pair.starts(with: name) {
                    return pair.dropFirst(name.count + 1)
                }
                start = end + 1
            }
        }
        return nil
    }
}
