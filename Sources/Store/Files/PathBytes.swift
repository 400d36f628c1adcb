extension String {
    /// A path's directory, and the name in it; an empty directory where there is no slash. By bytes: to Swift, a slash
    /// and an accent after it are one character.
    var parted: (directory: String, name: String) {
        guard let slash = utf8.lastIndex(of: UInt8(ascii: "/")) else { return ("", self) }
        return (String(self[..<slash]), String(self[utf8.index(after: slash)...]))
    }
}

extension Sequence<UInt8> {
    /// Whether names of these bytes are the same to Swift only where they are the same to the file system.
    var isPrintableASCII: Bool { allSatisfy { 0x20..<0x7f ~= $0 } }
}
