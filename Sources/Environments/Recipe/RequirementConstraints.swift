/// What `-c` files say of versions. A recipe has no place for it but the requirements themselves.
struct RequirementConstraints {
    /// Versions by name, as PyPI compares names.
    private var versions: [String: [String]] = [:]
    private var lines: [(name: String, text: String)] = []
    private var used: Set<String> = []
    /// Bytes that may still be added to requirements: the files can come from anybody's repository.
    private var room = 1 << 20
    /// Versions of one name.
    private static let most = 50

    init(_ constraints: [String]) {
        for line in constraints {
            // A mark for the environment is about other machines too; a URL is another package.
            guard let parts = RequirementParts(line), !parts.version.isEmpty, !parts.version.hasPrefix("@"), !line.contains(";") else {
                continue
            }
            lines.append((parts.name, line))
            let version = parts.version.split(separator: " ").first.map(String.init) ?? parts.version
            guard versions[parts.name, default: []].count < Self.most, versions[parts.name]?.contains(version) != true else { continue }
            versions[parts.name, default: []].append(version)
        }
    }

    /// The constraints of what nothing named.
    var unused: [String] { lines.filter { !used.contains($0.name) }.map(\.text) }

    /// A requirement within its constraint.
    mutating func apply(to line: String) -> String {
        guard let parts = RequirementParts(line), let more = versions[parts.name], !parts.version.hasPrefix("@") else { return line }
        used.insert(parts.name)
        let body = line.prefix { $0 != ";" && $0 != "#" }
        let options = body.firstRange(of: " --").map { String(body[$0.lowerBound...]) } ?? ""
        let own = parts.version.firstRange(of: " --").map { String(parts.version[..<$0.lowerBound]).trimmed } ?? parts.version
        let added = more.filter { !own.split(separator: ",").map { String($0).trimmed }.contains($0) }
        guard !added.isEmpty else { return line }
        room -= added.reduce(0) { $0 + $1.utf8.count + 1 }
        guard room > 0 else { return line }
        let extras = parts.extras.isEmpty ? "" : "[\(parts.extras.joined(separator: ","))]"
        let rest = String(line[body.endIndex...])
        let version = ([own] + added).filter { !$0.isEmpty }.joined(separator: ",")
        return "\(parts.spelling)\(extras)\(version)\(options)" + (rest.isEmpty ? "" : " \(rest)")
    }
}
