import Foundation

/// What was asked of conda over an environment's life, from `conda-meta/history` (conda's `History`).
struct CondaHistory {
    /// The specs in force, in the order in which their packages were first asked for.
    private(set) var specs: [String] = []

    init(_ text: String) {
        for line in text.split(whereSeparator: \.isNewline) where line.hasPrefix("# ") {
            let words = line.dropFirst(2)
            guard let colon = words.firstRange(of: " specs: ") else { continue }
            let given = Self.list(in: words[colon.upperBound...])
            switch words[..<colon.lowerBound] {
            case "update", "install", "create": given.forEach { set($0) }
            case "remove", "uninstall": given.compactMap(MatchSpecName.name).forEach { remove($0) }
            // What a later solve had to loosen.
            case "neutered": given.forEach { set($0) }
            default: break
            }
        }
    }

    private mutating func set(_ spec: String) {
        guard let name = MatchSpecName.name(in: spec) else { return }
        if let place = specs.firstIndex(where: { MatchSpecName.name(in: $0) == name }) {
            specs[place] = spec
        } else {
            specs.append(spec)
        }
    }

    private mutating func remove(_ name: String) { specs.removeAll { MatchSpecName.name(in: $0) == name } }

    /// A list as Python prints it: `['python=3.11', "zlib[version='>=1']"]`; before conda 4.5 it was `a,b`.
    private static func list(in text: Substring) -> [String] {
        let text = String(text).trimmed
        guard text.hasPrefix("["), text.hasSuffix("]") else { return text.split(separator: ",").map { String($0).trimmed } }
        var items: [String] = [], item = "", quote: Character?
        for character in text.dropFirst().dropLast() {
            if let open = quote {
                if character == open {
                    items.append(item)
                    item = ""
                    quote = nil
                } else {
                    item.append(character)
                }
            } else if character == "'" || character == "\"" {
                quote = character
            }
        }
        return items
    }

    /// `env_vars` of `conda-meta/state`.
    static func variables(in state: String?) -> [String: String] {
        struct State: Decodable { let env_vars: [String: String]? }
        guard let state, let read = try? JSONDecoder().decode(State.self, from: Data(state.utf8)) else { return [:] }
        // What `conda env config vars unset` leaves behind.
        return (read.env_vars ?? [:]).filter { $0.value != "***unset***" }
    }
}
