import YAML

/// Reads one mapping: every key that is there goes through its form, and what is left over is unknown.
struct SettingsReader: SettingsVisitor {
    private let node: Node
    private let prefix: String
    private var known: [String] = []
    private(set) var reading: Reading

    private init(_ node: Node, prefix: String, reading: Reading) {
        self.node = node
        self.prefix = prefix
        self.reading = reading
    }

    /// Reads `node` into `settings`. `prefix` is what stands before its keys: `gateway.`.
    static func read(_ node: Node, prefix: String = "", into settings: inout some SettingsSection, _ reading: inout Reading) {
        if node.scalar?.isNull == true { return }
        guard node.mapping != nil else {
            let name = prefix.isEmpty ? "the file" : "“\(prefix.dropLast())”"
            reading.report(
                "\(prefix.isEmpty ? "The file" : name) is \(node.kind).", "Write “key: value”, one on a line, in \(name).",
                at: node.mark)
            return
        }
        var reader = SettingsReader(node, prefix: prefix, reading: reading)
        settings.visit(&reader)
        reader.reportUnknownKeys()
        reading = reader.reading
    }

    mutating func field<Value>(_ key: String, _ value: inout Value, _ form: ValueForm<Value>) {
        known.append(key)
        guard let node = node[key] else { return }
        reading.key = prefix + key
        if let read = form.read(node, &reading) { value = read }
    }

    mutating func section<Settings: SettingsSection>(_ key: String, _ settings: inout Settings) {
        known.append(key)
        guard let node = node[key] else { return }
        Self.read(node, prefix: prefix + key + ".", into: &settings, &reading)
    }

    mutating func sections<Settings: SettingsSection>(_ key: String, _ list: inout [Settings], empty: Settings) {
        known.append(key)
        guard let node = node[key] else { return }
        if node.scalar?.isNull == true { return list = [] }
        guard let items = node.sequence else {
            return reading.report(
                "“\(prefix)\(key)” is \(node.kind).", "Write a list: each entry begins with “- ”.", at: node.mark)
        }
        list = items.enumerated().map { index, item in
            var settings = empty
            Self.read(item, prefix: "\(prefix)\(key)[\(index)].", into: &settings, &reading)
            return settings
        }
    }

    private mutating func reportUnknownKeys() {
        for entry in node.mapping ?? [] {
            guard let key = entry.key.scalar?.text, !known.contains(key) else { continue }
            let place = prefix.isEmpty ? "" : " in “\(prefix.dropLast())”"
            let remedy =
                nearest(to: key, in: known).map { "Did you mean “\($0)”?" }
                ?? "The keys\(place) are: \(known.joined(separator: ", "))."
            reading.report("“\(key)” is no key\(place).", remedy, at: entry.key.mark)
        }
    }
}

/// The word of `words` that was most likely meant by `word`; nil where none is near.
func nearest(to word: String, in words: [String]) -> String? {
    let plain = { (text: String) in text.lowercased().filter { $0 != "_" && $0 != "-" } }
    let ranked = words.map { ($0, distance(plain(word), plain($0))) }
    guard let best = ranked.min(by: { $0.1 < $1.1 }) else { return nil }
    return best.1 <= max(1, best.0.count / 3) ? best.0 : nil
}

/// How many letters must be added, removed, replaced or swapped with their neighbour
/// (the optimal string alignment distance).
private func distance(_ left: String, _ right: String) -> Int {
    let (a, b) = (Array(left), Array(right))
    if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
    var rows = [Array(0...b.count)]
    for i in 1...a.count {
        var row = [i]
        for j in 1...b.count {
            let replaced = rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
            var least = min(rows[i - 1][j] + 1, row[j - 1] + 1, replaced)
            if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { least = min(least, rows[i - 2][j - 2] + 1) }
            row.append(least)
        }
        rows.append(row)
    }
    return rows[a.count][b.count]
}
