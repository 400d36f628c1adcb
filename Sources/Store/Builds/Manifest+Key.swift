extension Manifest {
    /// A path below the prefix as the manifest names it: ASCII, because beyond it paths that differ can be one to Swift.
    /// `//c3` stands for a byte that is none; no path has two slashes in a row.
    static func key(_ path: some Collection<UInt8>) -> String {
        if path.allSatisfy({ $0 < 0x80 }) { return String(decoding: path, as: UTF8.self) }
        var key: [UInt8] = []
        for byte in path {
            if byte < 0x80 { key.append(byte) } else { key += Array("//\(String(byte, radix: 16))".utf8) }
        }
        return String(decoding: key, as: UTF8.self)
    }

    /// The path that `key` names, for people.
    static func path(_ key: String) -> String {
        let parts = key.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.dropFirst().contains(where: \.isEmpty) else { return key }
        var bytes = Array(parts[0]), index = 1
        while index < parts.count {
            if parts[index].isEmpty, index + 1 < parts.count, let byte = UInt8(Substring(parts[index + 1].prefix(2)), radix: 16) {
                bytes += [byte] + parts[index + 1].dropFirst(2)
                index += 2
            } else {
                bytes += [UInt8(ascii: "/")] + parts[index]
                index += 1
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
