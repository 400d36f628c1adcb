import LauncherProtocol

extension ServerID {
    /// Its path on the site: `/user/NAME/` or `/user/NAME/SERVER/`, the name percent-encoded as JupyterHub does.
    var basePath: String {
        "/user/\(owner.userPathSegment)/" + (name.isEmpty ? "" : name + "/")
    }

    /// JupyterHub's rule for the names of servers, which also keeps them fit for paths.
    var hasValidName: Bool {
        name.isEmpty || (name.wholeMatch(of: /[a-z][a-z0-9-]{0,29}/) != nil)
    }

    /// The name of its directory. The UID is the key: names change their spelling, and may hold what paths may not.
    func directoryName(uid: UInt32) -> String {
        name.isEmpty ? String(uid) : "\(uid)-\(name)"
    }
}

extension String {
    /// Python's `quote(name, safe="@~")`.
    fileprivate var userPathSegment: String {
        var result = ""
        for byte in utf8 {
            let character = Character(Unicode.Scalar(byte))
            if byte < 128, character.isLetter || character.isNumber || "-._~@".contains(character) {
                result.append(character)
            } else {
                result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return result
    }
}
