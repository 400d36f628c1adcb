import Configuration

/// What pip's configuration says: the keys of a `pip.conf`, in whatever section, or the variables `PIP_…`.
struct PipConfiguration: Sendable {
    private var values: [String: [String]] = [:]

    /// The words of a key, such as `extra-index-url`; empty where it is not there.
    subscript(key: String) -> [String] { values[key] ?? [] }

    /// Reads a `pip.conf` (Python's configparser): `key = value`, and lines that go on are indented.
    init(_ text: String) {
        var key: String?
        for line in text.split(whereSeparator: \.isNewline) {
            guard let first = line.first(where: { !$0.isWhitespace }), !"#;".contains(first) else { continue }
            if line.first?.isWhitespace == true {
                if let key { add(line, to: key) }
            } else if first == "[" {
                key = nil
            } else if let mark = line.firstIndex(where: { "=:".contains($0) }) {
                let name = Self.key(line[..<mark])
                add(line[line.index(after: mark)...], to: name)
                key = name
            }
        }
    }

    /// Reads variables such as `PIP_EXTRA_INDEX_URL`.
    init(variables: [String: String]) {
        for (name, value) in variables where name.hasPrefix("PIP_") { add(value[...], to: Self.key(name.dropFirst(4))) }
    }

    private mutating func add(_ words: Substring, to key: String) {
        values[key, default: []] += words.split(whereSeparator: \.isWhitespace).map(String.init)
    }

    private static func key(_ text: Substring) -> String {
        text.lowercased().replacing("_", with: "-").replacing(/\s+/, with: "")
    }

    /// Where the host has the files that the builder's pip reads.
    static func paths(_ settings: EnvironmentConfiguration) -> [String] {
        let inside = ["/etc/xdg/pip/pip.conf", "/etc/pip.conf"] + [settings.variables["PIP_CONFIG_FILE"]].compactMap { $0 }
        return inside.compactMap { path in
            let mount = settings.mounts.filter { path == $0.target || path.hasPrefix($0.target + "/") }.max {
                $0.target.utf8.count < $1.target.utf8.count
            }
            return mount.map { $0.source + path.dropFirst($0.target.count) }
        }
    }
}
